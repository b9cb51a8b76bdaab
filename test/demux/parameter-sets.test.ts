import { describe, expect, test } from "vitest";
import { ConfigurationCache } from "../../src/demux/configuration-cache.ts";
import { ParameterSets } from "../../src/demux/parameter-sets.ts";
import type { VideoConfiguration } from "../../src/demux/track-configuration.ts";
import { MalformedError } from "../../src/problem/malformed-error.ts";

type Set = { readonly id: number; readonly group: number };
const parse = (nal: Uint8Array): Set => {
  if (nal.length < 2) throw new MalformedError("parameter-set-malformed", "short");
  return { id: nal[0]!, group: nal[1]! };
};
const take = (sets: ParameterSets<Set>, ...bytes: number[]): void =>
  sets.take(Uint8Array.from(bytes), parse, ({ id }) => id);

describe("parameter sets", () => {
  test("are new, the same, or different", () => {
    const sets = new ParameterSets<Set>();
    take(sets, 1, 7);
    expect(sets.version).toBe(1);
    take(sets, 1, 7);
    expect(sets.version).toBe(1);
    take(sets, 1, 8);
    expect(sets.version).toBe(2);
    expect(sets.values).toEqual(new Map([[1, { id: 1, group: 8 }]]));
    expect(sets.nalUnit(1)).toEqual(Uint8Array.of(1, 8));
    expect(sets.nalUnit(2)).toBeUndefined();
  });

  test("outlive the memory they came in", () => {
    const sets = new ParameterSets<Set>();
    const nal = Uint8Array.of(1, 7);
    sets.take(nal, parse, ({ id }) => id);
    nal.fill(0);
    expect(sets.nalUnit(1)).toEqual(Uint8Array.of(1, 7));
  });

  test("come in the order of their ids", () => {
    const sets = new ParameterSets<Set>();
    for (const id of [30, 4, 100]) take(sets, id, 1);
    take(sets, 5, 2);
    expect(sets.nalUnitsWhere(({ group }) => group === 1).map((nal) => nal[0])).toEqual([4, 30, 100]);
  });

  test("can be removed, and come again", () => {
    const sets = new ParameterSets<Set>();
    take(sets, 1, 7);
    take(sets, 2, 8);
    sets.removeWhere(({ group }) => group === 7);
    expect([sets.version, sets.values.size, sets.nalUnit(1)]).toEqual([3, 1, undefined]);
    take(sets, 1, 7);
    expect([sets.version, sets.values.size]).toEqual([4, 2]);
  });

  test("that cannot be parsed change nothing", () => {
    const sets = new ParameterSets<Set>();
    take(sets, 1, 7);
    expect(() => take(sets, 1)).toThrow(MalformedError);
    expect([sets.version, sets.nalUnit(1)]).toEqual([1, Uint8Array.of(1, 7)]);
  });
});

describe("a configuration", () => {
  const configuration = (byte: number): VideoConfiguration => ({
    kind: "video",
    codec: "h264",
    codecString: "avc1",
    decoderConfiguration: Uint8Array.of(byte),
    width: 16,
    height: 16,
  });

  test("is the same object while it says the same", () => {
    const cache = new ConfigurationCache();
    const first = cache.get("a", () => configuration(1));
    expect(cache.get("a", () => expect.fail("described again"))).toBe(first);
    expect(cache.get("b", () => configuration(1))).toBe(first);
    const second = cache.get("c", () => configuration(2));
    expect(second).toEqual(configuration(2));
    expect(cache.get("d", () => configuration(1))).not.toBe(first);
  });

  test("is none where it cannot be described, until it can", () => {
    const cache = new ConfigurationCache();
    cache.get("a", () => configuration(1));
    const bad = (): VideoConfiguration => {
      throw new MalformedError("parameter-set-malformed", "no");
    };
    expect(cache.get("b", bad)).toBeUndefined();
    expect(cache.get("b", () => configuration(1))).toBeUndefined();
    expect(cache.get("c", () => configuration(1))).toEqual(configuration(1));
    expect(() =>
      cache.get("d", () => {
        throw new TypeError("a bug");
      }),
    ).toThrow(TypeError);
  });
});
