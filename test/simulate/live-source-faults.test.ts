import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseFault } from "../../src/cli/fault-option.ts";
import type { VideoAccessUnit } from "../../src/demux/access-unit.ts";
import { DEFAULT_SAMPLE } from "../../src/simulate/default-sample.ts";
import { LiveSource, type TimedPackets } from "../../src/simulate/live-source.ts";
import type { LiveSourceOptions } from "../../src/simulate/live-source-options.ts";
import { readSample } from "../../src/simulate/sample.ts";
import type { Ticks } from "../../src/time/units.ts";
import { readPackets } from "./packet-reader.ts";
import { labelOf, lines, on33Bits, type Recording, record } from "./recording.ts";

const SECOND = 90_000;
const PICTURE = 3600;
const GROUP = 48 * PICTURE;
const LENGTH = 16;
const PIDS = [0x100, 0x101, 0x102];

const sample = readSample(readFileSync(DEFAULT_SAMPLE), DEFAULT_SAMPLE);
const START = (Date.parse("2026-08-01T12:00:00Z") * 90) as Ticks;

const recordWith = (faults: readonly string[], options: LiveSourceOptions = {}): Recording =>
  record(sample, START, LENGTH, { ...options, faults: faults.map(parseFault) });
const plain = recordWith([]);

/** Presentation time since the start of the simulation. */
const timeOf = ({ pts }: VideoAccessUnit): number => {
  const time = on33Bits(pts - START);
  return time > 2 ** 32 ? time - 2 ** 33 : time;
};
const isWithin = (from: number, to: number) => (picture: VideoAccessUnit) =>
  timeOf(picture) >= from * SECOND && timeOf(picture) < to * SECOND;
/** What a picture is, on its PID and without its SEI, whose timecode may be another. */
const identity = (picture: VideoAccessUnit): string => `${picture.pid} ${timeOf(picture)} ${picture.randomAccess}`;
const onPid = (pid: number) => (unit: { readonly pid: number }) => unit.pid === pid;
const labelled = (pictures: readonly VideoAccessUnit[]): ReadonlyMap<string, string | undefined> =>
  new Map(pictures.map((picture) => [identity(picture), labelOf(picture)]));

test("without a fault nothing is wrong", () => {
  expect(plain.problems).toEqual([]);
  expect(plain.pictures.length).toBeGreaterThan(3 * 25 * (LENGTH - 3));
});

describe("missing-iframe", { timeout: 60_000 }, () => {
  test("leaves out the first IDR picture from then on, of one rendition", () => {
    const { pictures, frames, problems } = recordWith(["missing-iframe@5s/2"]);
    const missing = plain.pictures.filter((one) => !pictures.map(identity).includes(identity(one)));
    expect(missing.map(({ pid, randomAccess }) => [pid, randomAccess])).toEqual([[0x101, "idr"]]);
    const next = Math.ceil((START + 5 * SECOND) / GROUP) * GROUP - START;
    expect(timeOf(missing[0]!)).toBe(next);
    expect(pictures.length).toBe(plain.pictures.length - 1);
    expect(frames.map(({ pid, pts }) => [pid, pts])).toEqual(plain.frames.map(({ pid, pts }) => [pid, pts]));
    expect(problems).toEqual([]);
  });

  test("of all renditions, and all of a span", () => {
    const { pictures } = recordWith(["missing-iframe@5s+4s"]);
    const isMissing = (one: VideoAccessUnit): boolean => one.randomAccess === "idr" && isWithin(5, 9)(one);
    expect(plain.pictures.filter(isMissing)).toHaveLength(6);
    expect(pictures.map(identity)).toEqual(plain.pictures.filter((one) => !isMissing(one)).map(identity));
  });
});

describe("timecodes", { timeout: 60_000 }, () => {
  const before = labelled(plain.pictures);

  /** Tests that pictures are those without the fault but for their labels, and gives the labels of those it concerns. */
  function labelsOf(fault: string, concerns: (picture: VideoAccessUnit) => boolean): readonly (string | undefined)[] {
    const { pictures, problems } = recordWith([fault]);
    expect(problems).toEqual([]);
    const after = labelled(pictures);
    expect([...after.keys()]).toEqual([...before.keys()]);
    const others = pictures.filter((picture) => !concerns(picture));
    expect(others.map(labelOf)).toEqual(others.map((picture) => before.get(identity(picture))));
    return pictures
      .filter(concerns)
      .filter(onPid(0x101))
      .toSorted((a, b) => a.pts - b.pts)
      .map(labelOf);
  }

  test("timecode-stop: none for a while", () => {
    expect(labelsOf("timecode-stop@5s+2s", isWithin(5, 7))).toEqual(Array(50).fill(undefined));
  });

  test("timecode-stop: none any more, on one rendition", () => {
    const labels = labelsOf("timecode-stop@9s/2", (picture) => picture.pid === 0x101 && timeOf(picture) >= 9 * SECOND);
    expect(labels.length).toBeGreaterThan(100);
    expect(new Set(labels)).toEqual(new Set([undefined]));
  });

  test("timecode-freeze: the first of the span again and again", () => {
    expect(labelsOf("timecode-freeze@5.02s+2s", isWithin(5.02, 7.02))).toEqual(Array(50).fill("12:00:05:01"));
  });

  test.for([
    ["timecode-jump@5s=+10s", 100, "12:00:15:00", "12:00:15:01"],
    ["timecode-jump@5s+1s=-1h", 6, "11:00:05:00", "11:00:05:01"],
    ["timecode-jump@5s+1s=+2p", 6, "12:00:05:02", "12:00:05:03"],
    ["timecode-jump@5s+1s=-1p", 6, "12:00:04:24", "12:00:05:00"],
  ] as const)("%s: labels are moved", ([fault, to, first, second]) => {
    const labels = labelsOf(fault, isWithin(5, to));
    expect(labels.slice(0, 2)).toEqual([first, second]);
    expect(new Set(labels).size).toBe(labels.length);
  });
});

describe("restart", { timeout: 60_000 }, () => {
  const { sent, bytes } = recordWith(["restart@5s+3s"]);
  const split = sent.findIndex(({ time }) => time >= START + 5 * SECOND);
  const [first, second] = [sent.slice(0, split), sent.slice(split)];

  test("is silent for so long, then begins with the next group", () => {
    expect(first.at(-1)!.time).toBeGreaterThan(START + 5 * SECOND - 1801);
    expect(second[0]!.time).toBeGreaterThanOrEqual(START + 8 * SECOND);
    expect(second[0]!.time).toBeLessThan(START + 8 * SECOND + GROUP + 4 * 1800);
  });

  test("before it the stream is as without it, after it that of an encoder with another clock", () => {
    expect(lines(first)).toEqual(lines(plain.sent.slice(0, split)));
    const ptsOrigin = 1_234_567_891;
    const other = record(sample, (START + 8 * SECOND) as Ticks, LENGTH - 8, { ptsOrigin });
    expect(lines(second)).toEqual(lines(other.sent));
    expect(Buffer.compare(bytes, Buffer.concat([...first.map(({ packets }) => packets), other.bytes]))).toBe(0);
    const [picture] = other.pictures;
    expect(picture).toMatchObject({ randomAccess: "idr" });
    expect(labelOf(picture!)).toBe(labelled(plain.pictures).get(`256 ${timeOf(picture!) - ptsOrigin} idr`));
  });

  test("two of them, two seconds each, move the clock twice", () => {
    const twice = recordWith(["restart@9s", "restart@4s"], { ptsOrigin: 7 }).sent.filter(
      ({ time }) => time >= START + 11 * SECOND,
    );
    const other = record(sample, (START + 11 * SECOND) as Ticks, LENGTH - 11, { ptsOrigin: 7 + 2 * 1_234_567_891 });
    expect(lines(twice)).toEqual(lines(other.sent));
  });

  test("concerns the encoder that sends the rendition", () => {
    const faults = ["restart@5s/2"].map(parseFault);
    const sentWith = (rendition: number, options: LiveSourceOptions): readonly string[] =>
      lines(record(sample, START, 8, { ...options, renditions: [rendition], audios: [1] }).sent);
    expect(sentWith(1, { faults })).toEqual(sentWith(1, {}));
    expect(sentWith(2, { faults })).not.toEqual(sentWith(2, {}));
  });
});

describe("gap", { timeout: 60_000 }, () => {
  test("sends nothing, and all else as if it had been sent", () => {
    const { sent, problems } = recordWith(["gap@5s+2s"]);
    const passed = plain.sent.filter(({ time }) => time < START + 5 * SECOND || time >= START + 7 * SECOND);
    expect(lines(sent)).toEqual(lines(passed));
    expect(problems.length).toBeGreaterThan(0);
  });

  test("without a duration for ever", () => {
    const before = plain.sent.filter(({ time }) => time < START + 5 * SECOND);
    expect(lines(recordWith(["gap@5s"]).sent)).toEqual(lines(before));
  });

  test("of a rendition silences its PID alone", () => {
    const { sent } = recordWith(["gap@5s+2s/3"]);
    const passed = plain.sent.map(({ time, packets }) => {
      const isOpen = time < START + 5 * SECOND || time >= START + 7 * SECOND;
      const whole = readPackets(packets).flatMap(({ pid }, i) =>
        isOpen || pid !== PIDS[2] ? [packets.subarray(i * 188, (i + 1) * 188)] : [],
      );
      return { time, packets: Buffer.concat(whole) };
    });
    expect(lines(sent)).toEqual(lines(passed));
  });
});

test("faults are a function of stream time: however often it is asked, the same is sent", { timeout: 60_000 }, () => {
  const specs = ["restart@3s+1s", "gap@6s+1s/1", "timecode-jump@7s+1s=-1h", "missing-iframe@2s+2s", "timecode-stop@9s"];
  const faults = specs.map(parseFault);
  const source = new LiveSource(sample, START, { faults });
  const sent: TimedPackets[] = [];
  for (let time = 0; time <= 10 * SECOND; time += 4500) sent.push(...source.advance((START + time) as Ticks));
  expect(lines(sent)).toEqual(lines(record(sample, START, 10, { faults }).sent));
});
