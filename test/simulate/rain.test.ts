import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { totalDamage } from "../../src/simulate/damage-counts.ts";
import { Rain, type RainOptions } from "../../src/simulate/rain.ts";
import { DRY, parseRain, type WrittenRain, writeRain } from "../../src/simulate/rain-settings.ts";
import type { Ticks } from "../../src/time/units.ts";

const PIDS = [0x100, 0x101, 0x1001];
const PCR_PID = 0x1001;

/** Packets that differ from each other; those of the last PID have no payload. */
function packets(count: number): Buffer {
  const bytes = Buffer.alloc(count * 188);
  for (let i = 0; i < count; i++) {
    const pid = PIDS[i % PIDS.length]!;
    bytes.set([0x47, pid >> 8, pid & 0xff, pid === PCR_PID ? 0x20 : 0x10], i * 188);
    bytes.writeUInt32BE(i, i * 188 + 4);
  }
  return bytes;
}

/** The numbers of packets, in the order in which they are. */
function numbers(bytes: Uint8Array): readonly number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 188 }, (_, i) => view.getUint32(i * 188 + 4));
}

const rainOf = (written: WrittenRain, options: RainOptions = {}): Rain =>
  new Rain({ ...options, settings: parseRain(written, "") });

function through(rain: Rain, bytes: Uint8Array): Buffer {
  return Buffer.concat([rain.pass(bytes), rain.flush()]);
}

const everything: WrittenRain = { loss: "5%", burst: "3", reorder: "4%", duplicate: "3%", "bit-errors": "1e-5" };

test("dry, nothing is touched", () => {
  const bytes = packets(1000);
  for (const unit of ["packet", "datagram"] as const) {
    const rain = new Rain({ unit });
    expect(through(rain, bytes).equals(bytes)).toBe(true);
    expect(totalDamage(rain.counts)).toEqual({
      packets: 1000,
      lost: 0,
      duplicated: 0,
      reordered: 0,
      flipped: 0,
      flippedBits: 0,
    });
  }
});

test.for(["packet", "datagram"] as const)("by %s, the same seed does the same however the stream is cut", (unit) => {
  const bytes = packets(3000);
  const given = Buffer.from(bytes);
  const whole = through(rainOf(everything, { seed: 7, unit }), bytes);
  expect(bytes.equals(given)).toBe(true);
  fc.assert(
    fc.property(fc.array(fc.nat(3000), { maxLength: 40 }), (cuts) => {
      const rain = rainOf(everything, { seed: 7, unit });
      const edges = [0, ...cuts, 3000].sort((a, b) => a - b);
      const parts = edges.slice(1).map((edge, i) => rain.pass(bytes.subarray(edges[i]! * 188, edge * 188)));
      expect(Buffer.concat([...parts, rain.flush()]).equals(whole)).toBe(true);
    }),
    { numRuns: 20 },
  );
  expect(through(rainOf(everything, { seed: 8, unit }), bytes).equals(whole)).toBe(false);
  expect(through(rainOf(everything, { seed: 7, unit, link: 2 }), bytes).equals(whole)).toBe(false);
});

/** Lengths of the runs of packets that are missing. */
function bursts(kept: readonly number[], count: number): readonly number[] {
  return [...kept, count].map((n, i) => n - (kept[i - 1] ?? -1) - 1).filter((length) => length > 0);
}

describe("a million packets", { timeout: 60_000 }, () => {
  const COUNT = 1_000_000;
  const bytes = packets(COUNT);

  test.for([
    ["2%", undefined, 1 / 0.98],
    ["2%", "1", 1],
    ["2%", "3", 3],
    ["10%", "25", 25],
    ["50%", "1", 1],
    ["0.1%", undefined, 1.001],
  ] as const)("loss of %s in bursts of %s", ([loss, burst, length]) => {
    const rain = rainOf({ loss, ...(burst !== undefined && { burst }) });
    const kept = numbers(rain.pass(bytes));
    const found = bursts(kept, COUNT);
    const lost = COUNT - kept.length;
    const expected = (COUNT * Number.parseFloat(loss)) / 100;
    // Five standard deviations: losses in bursts come less often, and so vary more.
    expect(Math.abs(lost - expected)).toBeLessThan(5 * Math.sqrt(expected * 2 * length));
    expect(Math.abs(lost / found.length - length)).toBeLessThan(5 * length * Math.sqrt(1 / found.length) + 0.001);
    expect(totalDamage(rain.counts)).toMatchObject({ packets: COUNT, lost, duplicated: 0, reordered: 0, flipped: 0 });
  });

  test("bit errors", () => {
    const rain = rainOf({ "bit-errors": "1e-6" });
    rain.pass(bytes);
    const { flippedBits, flipped } = totalDamage(rain.counts);
    expect(flippedBits).toBeGreaterThan(1504 - 5 * 39);
    expect(flippedBits).toBeLessThan(1504 + 5 * 39);
    expect(flipped).toBeGreaterThan(flippedBits * 0.99);
  });

  test("reordered and doubled ones", () => {
    const swaps = rainOf({ reorder: "10%" });
    swaps.pass(bytes);
    expect(totalDamage(swaps.counts).reordered / COUNT).toBeCloseTo(0.1, 2);
    const doubles = rainOf({ duplicate: "10%" });
    doubles.pass(bytes);
    expect(totalDamage(doubles.counts).duplicated / COUNT).toBeCloseTo(0.1 * (2 / 3), 2);
  });
});

test("duplicates are equal neighbours with payload, and nothing else changes", () => {
  const bytes = packets(20_000);
  const rain = rainOf({ duplicate: "20%", "bit-errors": "1e-5" });
  const passed = through(rain, bytes);
  const seen: Buffer[] = [];
  let doubled = 0;
  for (let at = 0; at < passed.length; at += 188) {
    const packet = passed.subarray(at, at + 188);
    if (seen.at(-1)?.equals(packet)) doubled++;
    else seen.push(packet);
  }
  expect(seen).toHaveLength(20_000);
  expect(doubled).toBe(totalDamage(rain.counts).duplicated);
  expect(doubled).toBeGreaterThan(0);
  expect(rain.counts.get(PCR_PID)?.duplicated).toBe(0);
});

test("reordered packets change places with the next, and none is missing", () => {
  const rain = rainOf({ reorder: "20%" });
  const order = numbers(through(rain, packets(9999)));
  let swapped = 0;
  for (let i = 0; i < order.length; i++) {
    if (order[i] === i) continue;
    expect([order[i], order[i + 1]]).toEqual([i + 1, i]);
    swapped++;
    i++;
  }
  expect(order).toHaveLength(9999);
  expect(swapped).toBe(totalDamage(rain.counts).reordered);
  expect(swapped).toBeGreaterThan(1000);
});

test("flipped bits are the counted ones", () => {
  const bytes = packets(5000);
  const rain = rainOf({ "bit-errors": "1e-4" });
  const passed = through(rain, bytes);
  const wrong = new Map<number, { flipped: number; flippedBits: number }>();
  for (let at = 0; at < bytes.length; at += 188) {
    const pid = bytes.readUInt16BE(at + 1) & 0x1fff;
    let bits = 0;
    for (let i = at; i < at + 188; i++) for (let x = bytes[i]! ^ passed[i]!; x > 0; x &= x - 1) bits++;
    const counts = wrong.get(pid) ?? { flipped: 0, flippedBits: 0 };
    wrong.set(pid, { flipped: counts.flipped + Number(bits > 0), flippedBits: counts.flippedBits + bits });
  }
  for (const pid of PIDS) expect(rain.counts.get(pid)).toMatchObject(wrong.get(pid)!);
  expect(totalDamage(rain.counts).flippedBits).toBeGreaterThan(500);
});

test("by PID: what is lost is what is missing", () => {
  const rain = rainOf(everything);
  const order = numbers(through(rain, packets(6000)));
  const counts = totalDamage(rain.counts);
  expect(order.length).toBe(6000 - counts.lost + counts.duplicated);
  expect([...rain.counts.keys()]).toEqual(PIDS);
  for (const pid of PIDS) expect(rain.counts.get(pid)?.packets).toBe(2000);
});

test("datagrams are lost, doubled and swapped whole", () => {
  const rain = rainOf({ loss: "20%", duplicate: "10%", reorder: "10%" }, { unit: "datagram" });
  const order = numbers(through(rain, packets(7000)));
  for (let i = 0; i < order.length; i += 7) {
    expect(order[i]! % 7).toBe(0);
    expect(order.slice(i, i + 7)).toEqual(Array.from({ length: 7 }, (_, n) => order[i]! + n));
  }
  const { lost, duplicated, reordered } = totalDamage(rain.counts);
  for (const count of [lost, duplicated, reordered]) {
    expect(count).toBeGreaterThan(0);
    expect(count % 7).toBe(0);
  }
  expect(order.length).toBe(7000 - lost + duplicated);
});

test("a unit that is not whole at the end still comes out", () => {
  const bytes = packets(10);
  expect(through(new Rain({ unit: "datagram" }), bytes).equals(bytes)).toBe(true);
  expect(numbers(through(rainOf({ reorder: "50%" }), packets(1)))).toEqual([0]);
});

test("what else happens does not change what is lost", () => {
  const bytes = packets(5000);
  const kept = new Set(numbers(through(rainOf({ loss: "5%" }), bytes)));
  const also = new Set(numbers(through(rainOf({ loss: "5%", reorder: "5%", duplicate: "5%" }), bytes)));
  expect(also).toEqual(kept);
});

describe("showers", () => {
  const ticks = (time: number): Ticks => time as Ticks;
  const shower = { from: ticks(100), to: ticks(200), loss: 0.5 };

  test("last from their beginning to their end", () => {
    const rain = new Rain({ showers: [shower] });
    expect(rain.pass(packets(300), ticks(99))).toHaveLength(300 * 188);
    expect(rain.showers).toEqual([]);
    const during = rain.pass(packets(300), ticks(100)).length / 188;
    expect(during).toBeGreaterThan(100);
    expect(during).toBeLessThan(200);
    expect(rain.showers).toMatchObject([shower]);
    expect(rain.pass(packets(300), ticks(200))).toHaveLength(300 * 188);
  });

  test("of one PID leave the others alone", () => {
    for (const unit of ["packet", "datagram"] as const) {
      const rain = new Rain({ unit, showers: [{ ...shower, pid: 0x101 }] });
      rain.pass(packets(2100), ticks(150));
      const [other, own, pcr] = PIDS.map((pid) => rain.counts.get(pid)!.lost);
      expect([other, pcr]).toEqual([0, 0]);
      expect(own! / 700).toBeGreaterThan(0.4);
      expect(own! / 700).toBeLessThan(0.6);
    }
  });

  test("end with all that is on, but not those to come", () => {
    const later = { ...shower, from: ticks(300), to: ticks(400) };
    const rain = rainOf({ loss: "50%" }, { showers: [shower, later] });
    rain.pass(packets(100), ticks(150));
    rain.end();
    expect(rain.settings).toEqual(DRY);
    expect(rain.pass(packets(100), ticks(160))).toHaveLength(100 * 188);
    expect(rain.pass(packets(100), ticks(350)).length).toBeLessThan(80 * 188);
  });
});

test("changes apply from the next packet on", () => {
  const rain = new Rain();
  expect(rain.pass(packets(100))).toHaveLength(100 * 188);
  rain.change(parseRain({ loss: "50%" }, ""));
  expect(rain.pass(packets(1000)).length).toBeLessThan(600 * 188);
  rain.change(DRY);
  expect(rain.pass(packets(100))).toHaveLength(100 * 188);
});

test("settings are written as they are read", () => {
  for (const written of [everything, {}, { loss: "0.000001%" }, { loss: "33.333333%", "bit-errors": "0.01" }]) {
    const settings = parseRain(written, "");
    expect(parseRain(writeRain(settings), "")).toEqual(settings);
  }
  expect(writeRain(parseRain({ loss: "2%", burst: "2.5" }, ""))).toEqual({
    loss: "2%",
    burst: "2.5",
    reorder: "0%",
    duplicate: "0%",
    "bit-errors": "0",
  });
});

test.for([
  ["loss", "2", "0% to 50%"],
  ["loss", "51%", "0% to 50%"],
  ["loss", "-1%", "0% to 50%"],
  ["reorder", "much", "0% to 50%"],
  ["duplicate", "1e1%", "0% to 50%"],
  ["burst", "0", "1 to 10000"],
  ["burst", "0.5", "1 to 10000"],
  ["burst", "10001", "1 to 10000"],
  ["burst", "Infinity", "1 to 10000"],
  ["bit-errors", "0.011", "0 to 0.01"],
  ["bit-errors", "1%", "0 to 0.01"],
  ["bit-errors", "-1e-6", "0 to 0.01"],
] as const)("%s of %j is refused with what is allowed", ([name, value, allowed]) => {
  expect(() => parseRain({ [name]: value }, "--")).toThrow(
    expect.objectContaining({ name: "ConfigError", message: expect.stringContaining(allowed) }),
  );
  expect(() => parseRain({ [name]: value }, "--")).toThrow(`--${name}: "${value}" is not allowed; it must be`);
});
