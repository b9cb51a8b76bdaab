import { describe, expect, test } from "vitest";
import type { VideoConfiguration } from "../../src/demux/track-configuration.ts";
import type { DamageHandling } from "../../src/package/damage-guard.ts";
import { type PackageEvent, TrackPackager } from "../../src/package/track-packager.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import { planGrid } from "../../src/segment/grid.ts";
import { type PartPlan, planParts } from "../../src/segment/part-plan.ts";
import type { Segment } from "../../src/store/segment.ts";
import type { MediaTime, Milliseconds } from "../../src/time/units.ts";
import { H264 } from "../cmaf/configurations.ts";
import { readFragment } from "../support/fragment.ts";
import { picture } from "../timeline/units.ts";

const UNIT = 3600;
const media = (time: number): MediaTime => time as MediaTime;

/** A segment, or in low latency a part. */
type Piece = Pick<Segment, "body">;

type Options = { readonly handling?: DamageHandling; readonly plan?: PartPlan; readonly unitDuration?: number };

/**
 * Packages segments, or in low latency parts, of pictures in decoding order, a word each: `I` and `C` (open GOP), `P`, `b` (none refers to it), `!` damaged, `_` did not
 * come, `|` between segments; a number behind it is its place in presentation; `*` has other parameters. The bytes of each name its kind and place.
 */
function packaged(pictures: string, { handling = "hide", plan, unitDuration = UNIT }: Options = {}): Piece[] {
  const rate = { num: 90_000 / unitDuration, den: 1 };
  const track = { id: "v1", kind: "video", timescale: 90_000, rate, regular: true, unitDuration } as const;
  const packager = new TrackPackager(track, defaultQualityOptions, handling);
  if (plan !== undefined) packager.divide(plan);
  const other: VideoConfiguration = { ...H264, width: 640 };
  const pieces: Piece[] = [];
  const take = (event: PackageEvent): void => {
    if (event.kind === "part") pieces.push(event.part);
    else if (event.kind === "segment" && plan === undefined) pieces.push(event.segment);
  };
  let count = 0;
  for (const [number, words] of pictures.split(" | ").entries()) {
    const start = count * unitDuration;
    const list = words.split(" ");
    const shape = { kind: "segment-start", trackId: "v1", number, start: media(start), timecode: "smpte" } as const;
    const end = media((count + list.length) * unitDuration);
    packager.push({ ...shape, expectedEnd: end, nextFrom: end, independent: /^[IC]/.test(words) });
    for (const word of list) {
      const [, kind, place, flags] = /^(\w)(\d*)([!*]*)$/.exec(word)!;
      const decodeTime = media(count++ * unitDuration);
      if (kind === "_") continue;
      const randomAccess = ({ I: "idr", C: "open" } as const)[kind!];
      const lost = /(^| )_$/.test(list.slice(0, list.indexOf(word)).join(" "));
      const unit = {
        ...picture(decodeTime, {
          configuration: flags!.includes("*") ? other : H264,
          sample: new TextEncoder().encode(`\0\0\0\u0004A${kind}${count - 1}  `.slice(0, 8)),
          ...(randomAccess && { randomAccess }),
        }),
        damaged: flags!.includes("!"),
        disposable: kind === "b",
        ...(lost && { transport: [{ code: "continuity" as const, pid: 256, events: 1, packets: 1 }] }),
      };
      const index = place === "" ? decodeTime / unitDuration : Number(place);
      const timed = { kind: "picture", trackId: "v1", index, decodeTime, timecode: "smpte", unit } as const;
      for (const event of packager.push({ kind: "unit", unit: { ...timed, time: media(index * unitDuration) } })) {
        take(event);
      }
    }
    for (const event of packager.push({ kind: "segment-end", trackId: "v1", end, followedBy: "segment" })) {
      take(event);
    }
  }
  return pieces;
}

/** `I0@0+2` for picture I0 shown at 0 that lasts two in decoding order; pieces apart by ` | `. */
function shown(pieces: readonly Piece[], unit = UNIT): string {
  return pieces
    .map(({ body }) => {
      const { samples, faults } = readFragment(new Uint8Array(Buffer.concat(body)));
      expect(faults).toEqual([]);
      return samples
        .map(({ presentationTime, duration, bytes, sync }) => {
          const name = new TextDecoder().decode(bytes.subarray(5)).trim();
          expect(sync).toBe(/^[IC]/.test(name));
          return `${name}@${presentationTime / unit}${duration === unit ? "" : `+${duration / unit}`}`;
        })
        .join(" ");
    })
    .join(" | ");
}

describe("of pictures that cannot be decoded", () => {
  test.for<[what: string, pictures: string, expected: string]>([
    ["none", "I P P | I P P", "I0@0 P1@1 P2@2 | I3@3 P4@4 P5@5"],
    ["one that others refer to, and those", "I P! P | I P P", "I0@0+3 | I3@3 P4@4 P5@5"],
    ["one that none refers to", "I P b! P | I P", "I0@0 P1@1+2 P3@3 | I4@4 P5@5"],
    ["the first of a segment", "I P | I! P P | I P", "I0@0 P1@1 | I0@2+3 | I5@5 P6@6"],
    ["the first of two GOPs of a segment", "I P | I! P I P | I P", "I0@0 P1@1 | I0@2+2 I4@4 P5@5 | I6@6 P7@7"],
    ["the second of two GOPs of a segment", "I P | I P I! P | I P", "I0@0 P1@1 | I2@2 P3@3+3 | I6@6 P7@7"],
    ["those of a whole segment, twice", "I P | I! P | I! P | I P", "I0@0 P1@1 | I0@2+2 | I0@4+2 | I6@6 P7@7"],
    ["those that refer to one that never came", "I _ P P | I P", "I0@0+4 | I4@4 P5@5"],
    ["those after an I picture that never came", "I P | _ P P | I P", "I0@0 P1@1 | I0@2+3 | I5@5 P6@6"],
    ["those of the GOP before that an open one shows first", "I0 P! | C4 b2 b3 P5", "I0@0+2 | C2@2+3 P5@5"],
    ["leading pictures that are damaged", "I P b | C5 b3! b4 P6", "I0@0 P1@1 b2@2 | C3@5+2 b5@3 P6@6"],
    ["all at the start, where nothing can stand for them", "I! P | I P", "I2@2 P3@3"],
    ["those of an open GOP, whose I picture must not be there twice", "C P | C! P | C P", "C0@0 P1@1 | C4@4 P5@5"],
    ["those of other parameters than what came before", "I P | I!* P* | I* P*", "I0@0 P1@1 | I4@4 P5@5"],
  ])("%s: %s", ([, pictures, expected]) => {
    expect(shown(packaged(pictures))).toBe(expected);
  });

  test("all, where decoders are to make do with them", () => {
    expect(shown(packaged("I P! P | I! P", { handling: "keep" }))).toBe("I0@0 P1@1 P2@2 | I3@3 P4@4");
  });

  test("none, once no I picture has come for ten seconds", () => {
    const unitDuration = 90_000;
    const pictures = packaged(`I P! ${"P ".repeat(12)}| I P`.replaceAll("  ", " "), { unitDuration });
    expect(shown(pictures, unitDuration)).toBe("I0@0+11 P11@11 P12@12 P13@13 | I14@14 P15@15");
  });

  test("I pictures too, however long they all are damaged", () => {
    const unitDuration = 90_000;
    const segments = packaged(`I P ${"| I! P ".repeat(9)}| I P`, { unitDuration });
    expect(shown(segments, unitDuration)).toBe(
      `I0@0 P1@1 ${[2, 4, 6, 8, 10, 12, 14, 16, 18].map((at) => `| I0@${at}+2 `).join("")}| I20@20 P21@21`,
    );
  });

  test("without a picture of long ago in their place", () => {
    const unitDuration = 90_000;
    const segments = packaged(`I P ${"| I! P ".repeat(16)}| I P`, { unitDuration });
    expect(shown(segments, unitDuration).endsWith("| I0@28+2 | I0@30+2 | I34@34 P35@35")).toBe(true);
  });

  test("each part without anything else has what stands for them", () => {
    const grid = planGrid({ num: 25, den: 1 }, 320 as Milliseconds, undefined);
    const plan = planParts(grid, 160 as Milliseconds);
    expect(shown(packaged("I P P P P P! P P | I P P! P P b! b P | I! P P P P P P P", { plan }))).toBe(
      "I0@0 P1@1 P2@2 P3@3 | P4@4+4 | I8@8 P9@9+3 | I8@12+4 | I8@16+4 | I8@20+4",
    );
  });
});
