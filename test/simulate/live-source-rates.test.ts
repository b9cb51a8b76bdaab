import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAvcDecoderConfiguration } from "../../src/h264/decoder-configuration.ts";
import { parseSequenceParameterSet } from "../../src/h264/sequence-parameter-set.ts";
import { parsePesHeader } from "../../src/mpegts/pes-header.ts";
import { DEFAULT_SAMPLE_30 } from "../../src/simulate/default-sample.ts";
import type { LiveSourceOptions } from "../../src/simulate/live-source-options.ts";
import { readSample } from "../../src/simulate/sample.ts";
import { simulatedRates } from "../../src/simulate/simulated-rates.ts";
import type { Ticks } from "../../src/time/units.ts";
import { lacking } from "../support/lacking.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { decodeErrors, ffprobe } from "./ffprobe.ts";
import { readPackets, readPes } from "./packet-reader.ts";
import { CLOCK_VALUES, labelOf, on33Bits, record } from "./recording.ts";

const SECOND = 90_000;
const PIDS = [0x100, 0x101, 0x102, 0x103];

const sample = readSample(readFileSync(DEFAULT_SAMPLE_30), DEFAULT_SAMPLE_30);
const ticks = (time: string): Ticks => (Date.parse(time) * 90) as Ticks;
const START = ticks("2026-08-01T23:59:56.789Z");
const rates = [...simulatedRates];
const folder = temporaryFolder();

/** Whole PES packets by PID and time. */
function unitsByTime(bytes: Uint8Array): ReadonlyMap<string, string> {
  const packets = readPackets(bytes);
  const entries = PIDS.flatMap((pid) =>
    readPes(packets, pid).map((pes) => {
      const { pts, dts = pts } = parsePesHeader(pes);
      return [`${pid} ${dts}`, Buffer.from(pes).toString("latin1")] as const;
    }),
  );
  return new Map(entries);
}

/** The clock of the PCRs, in ticks. */
const pcrsOf = (bytes: Uint8Array): readonly number[] =>
  readPackets(bytes).flatMap(({ pcr }) => (pcr === undefined ? [] : [pcr / 300]));

describe.for(rates)("at %s pictures a second", { timeout: 60_000 }, ([, rate]) => {
  const own = record(sample, START, 10, { rate });

  test("pictures come as often as that, and their parameter sets say so", () => {
    expect(own.problems).toEqual([]);
    const times = own.pictures
      .filter(({ pid }) => pid === 0x100)
      .map(({ dts }) => dts)
      .slice(1);
    const exact = (SECOND * rate.den) / rate.num;
    for (const [i, time] of times.entries()) expect(Math.abs(time - times[0]! - i * exact)).toBeLessThan(1);
    expect(times.length * exact).toBeGreaterThan(6 * SECOND);
    const { decoderConfiguration } = own.pictures[0]!.configuration;
    const [sps] = parseAvcDecoderConfiguration(decoderConfiguration).sequenceParameterSets;
    const { numUnitsInTick, timeScale } = parseSequenceParameterSet(sps!).vui!.timing!;
    expect(timeScale * rate.den).toBe(2 * rate.num * numUnitsInTick);
  });

  test("labels go on over midnight with every picture", () => {
    const labels = own.pictures
      .filter(({ pid }) => pid === 0x101)
      .toSorted((a, b) => a.pts - b.pts)
      .map(labelOf);
    expect(labels.filter((label) => label?.startsWith("23:5")).length).toBeGreaterThan(20);
    expect(labels.filter((label) => label?.startsWith("00:00:0")).length).toBeGreaterThan(20);
    const zeros = labels.filter((label) => /^00:00:00[:;]00$/.test(label ?? ""));
    expect(zeros).toHaveLength(rate.den !== 1 && rate.num % 30_000 === 0 ? 2 : 1);
  });

  test("two that start at different moments send the same", () => {
    const shared = unitsByTime(own.bytes);
    const other = unitsByTime(record(sample, (START + 3.3 * SECOND) as Ticks, 6, { rate }).bytes);
    const keys = [...other.keys()].filter((key) => shared.has(key));
    expect(keys.length).toBeGreaterThan(other.size * 0.6);
    expect(keys.filter((key) => other.get(key) !== shared.get(key))).toEqual([]);
  });
});

describe("PTS origin", { timeout: 60_000 }, () => {
  const at = (options: LiveSourceOptions, start: Ticks = START) => record(sample, start, 8, options);

  test("moves PTS, DTS and PCR alike, and nothing else", () => {
    const ptsOrigin = 8_000_000_001;
    const [plain, moved] = [at({}), at({ ptsOrigin })];
    expect(pcrsOf(moved.bytes)).toEqual(pcrsOf(plain.bytes).map((pcr) => on33Bits(pcr + ptsOrigin)));
    for (const unit of ["pictures", "frames"] as const) {
      expect(moved[unit].map(({ pts }) => on33Bits(pts))).toEqual(
        plain[unit].map(({ pts }) => on33Bits(pts + ptsOrigin)),
      );
    }
    expect(moved.pictures.map(({ dts }) => on33Bits(dts))).toEqual(
      plain.pictures.map(({ dts }) => on33Bits(dts + ptsOrigin)),
    );
    expect(moved.pictures.map(labelOf)).toEqual(plain.pictures.map(labelOf));
  });

  test("puts the wrap where it is wanted", () => {
    const wrap = START + 5 * SECOND;
    const { pictures, problems } = at({ ptsOrigin: on33Bits(-wrap) });
    expect(problems).toEqual([]);
    const times = pictures.filter(({ pid }) => pid === 0x100).map(({ pts }) => pts);
    expect(Math.min(...times)).toBeLessThan(CLOCK_VALUES);
    expect(Math.max(...times)).toBeGreaterThan(CLOCK_VALUES);
    expect(times.length).toBe(at({}).pictures.filter(({ pid }) => pid === 0x100).length);
  });

  test("at the epoch itself the stream begins as anywhere", () => {
    const { pictures, problems } = at({}, 0 as Ticks);
    expect(problems).toEqual([]);
    expect(pictures.map(labelOf).filter((label) => label === "00:00:04:00")).toHaveLength(3);
  });
});

test("larger steps send the same pictures and frames", { timeout: 60_000 }, () => {
  const usual = unitsByTime(record(sample, START, 8).bytes);
  const coarse = unitsByTime(record(sample, START, 8, { slotTicks: 18_000 }).bytes);
  const shared = [...coarse.keys()].filter((key) => usual.has(key));
  expect(shared.length).toBeGreaterThan(0.6 * usual.size);
  expect(shared.filter((key) => coarse.get(key) !== usual.get(key))).toEqual([]);
});

test("renditions and sounds that are chosen are sent alone, the same pictures with the same scores", () => {
  const whole = record(sample, START, 6);
  const { pictures, frames } = record(sample, START, 6, { renditions: [2], audios: [] });
  expect(frames).toEqual([]);
  expect(new Set(pictures.map(({ pid }) => pid))).toEqual(new Set([0x100]));
  const same = whole.pictures.filter(({ pid }) => pid === 0x101);
  expect(pictures.map(({ pts, sample }) => `${pts} ${Buffer.from(sample).toString("latin1")}`)).toEqual(
    same.map(({ pts, sample }) => `${pts} ${Buffer.from(sample).toString("latin1")}`),
  );
});

/** The digits of all drop-frame labels of a day at 29.97, counted out one by one. */
function* dropFrameLabels(): Generator<string> {
  const two = (value: number): string => String(value).padStart(2, "0");
  for (let minute = 0; minute < 1440; minute++) {
    for (let frame = minute % 10 === 0 ? 0 : 2; frame < 1800; frame++) {
      const seconds = two(Math.floor(frame / 30));
      yield `${two(Math.floor(minute / 60))}:${two(minute % 60)}:${seconds}:${two(frame % 30)}`;
    }
  }
}

describe.skipIf(lacking("ffmpeg", "ffprobe"))(
  "to ffprobe a stream of 29.97 pictures a second",
  { timeout: 60_000 },
  () => {
    const rate = simulatedRates.get("29.97")!;
    const day = BigInt(Date.parse("2026-08-02T00:00:00Z") / 1000);
    /** The picture nearest to midnight. */
    const midnight = Number((2n * day * 30_000n + 1001n) / 2002n);

    test.for([
      ["over a minute with dropped labels", "2026-08-02T00:00:56Z", "00:01:00;02"],
      ["in an hour with many dropped", "2026-08-02T05:58:57Z", "05:59:00;02"],
    ] as const)("every picture has the label expected, %s", ([name, time, afterDrop]) => {
      const file = join(folder, `${name}.m2ts`);
      const start = ticks(time);
      const recording = record(sample, start, 12, { rate });
      writeFileSync(file, recording.bytes);
      expect(decodeErrors(file)).toBe("");
      const decoded = recording.pictures.filter(({ pid }) => pid === 0x100).map(({ pts }) => on33Bits(pts));
      const dropping = recording.pictures.find((picture) => picture.pid === 0x100 && labelOf(picture) === afterDrop)!;
      const firstDropping = decoded.indexOf(on33Bits(dropping.pts));
      const labels = [...dropFrameLabels()];
      const { frames } = ffprobe(file, "-select_streams", "v:0", "-show_entries", "frame=pts:frame_side_data");
      expect(frames.length).toBe(decoded.length);
      for (const { pts, side_data_list } of frames) {
        const since = pts - on33Bits(start);
        const index = Math.round(((start + since) * 30_000) / (SECOND * 1001)) - midnight;
        // ffmpeg takes the flag of a picture for that of all it decodes after it.
        const dropFrame = decoded.indexOf(pts) >= firstDropping;
        const expected = dropFrame ? labels[index]!.replace(/:(?=\d\d$)/, ";") : labels[index];
        const found = side_data_list.flatMap(({ timecodes = [] }: { timecodes?: unknown[] }) => timecodes);
        expect(found).toEqual([{ value: expected }]);
      }
    });
  },
);
