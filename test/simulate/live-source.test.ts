import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { DemuxEvent } from "../../src/demux/access-unit.ts";
import { TransportDemuxer } from "../../src/demux/transport-demuxer.ts";
import { unwrap33 } from "../../src/mpegts/clock.ts";
import { parsePesHeader } from "../../src/mpegts/pes-header.ts";
import { parseProgramMap } from "../../src/mpegts/program-map.ts";
import { parseMqa } from "../../src/sei/mqa.ts";
import { DEFAULT_MQA_UUIDS } from "../../src/sei/mqa-uuid.ts";
import { DEFAULT_SAMPLE } from "../../src/simulate/default-sample.ts";
import { LiveSource } from "../../src/simulate/live-source.ts";
import { readSample } from "../../src/simulate/sample.ts";
import { simulatedScores } from "../../src/simulate/simulated-scores.ts";
import type { Ticks } from "../../src/time/units.ts";
import { decodeErrors, ffprobe } from "./ffprobe.ts";
import { type Packet, readPackets, readPes } from "./packet-reader.ts";

const PICTURE = 3600;
const AUDIO_FRAME = 1920;
const GROUP = 48 * PICTURE;
const SECOND = 90_000;
const VIDEO_PIDS = [0x100, 0x101, 0x102];
const AUDIO_PIDS = [0x103, 0x104];

const sample = readSample(readFileSync(DEFAULT_SAMPLE), DEFAULT_SAMPLE);
const ticks = (time: string): Ticks => (Date.parse(time) * 90) as Ticks;
/** Four loops of 7.68 s with a day's end in the third. */
const START = ticks("2026-08-01T23:59:43.210Z");

function record(start: Ticks, seconds: number): Uint8Array {
  const source = new LiveSource(sample, start);
  const due = source.advance((start + seconds * SECOND) as Ticks);
  return new Uint8Array(Buffer.concat([...due.map(({ packets }) => packets), source.finish()]));
}

const folder = mkdtempSync(join(tmpdir(), "live-source-"));
const file = join(folder, "four-loops.m2ts");
const stream = record(START, 31);
writeFileSync(file, stream);
afterAll(() => rmSync(folder, { recursive: true }));

/** Time on the wire, near START. */
const epoch = (value: number): Ticks => unwrap33(value, START);

describe("to ffmpeg", { timeout: 60_000 }, () => {
  test("four loops decode without a word", () => {
    expect(decodeErrors(file)).toBe("");
  });

  test("no packet is missing, doubled or out of time", () => {
    const { packets } = ffprobe(file, "-show_entries", "packet=stream_index,pts,dts");
    const { streams } = ffprobe(file, "-show_entries", "stream=index,id,codec_name:stream_tags=language");
    expect(streams.map(({ id }: { id: string }) => Number(id))).toEqual([...VIDEO_PIDS, ...AUDIO_PIDS]);
    expect(streams.map(({ tags }: { tags?: { language: string } }) => tags?.language)).toEqual([
      undefined,
      undefined,
      undefined,
      "eng",
      "deu",
    ]);
    for (const { index, codec_name } of streams) {
      const own = packets.filter((packet: { stream_index: number }) => packet.stream_index === index);
      const step = codec_name === "h264" ? PICTURE : AUDIO_FRAME;
      const dts = own.map((packet: { dts: number }) => packet.dts);
      expect(dts).toEqual(dts.map((_: number, i: number) => dts[0] + i * step));
      expect(dts.length * step).toBeGreaterThan(28.5 * SECOND);
      const pts = own.map((packet: { pts: number }) => packet.pts).sort((a: number, b: number) => a - b);
      // The last picture in decoding order is presented after some that would follow it.
      const whole = pts.slice(0, -3);
      expect(whole).toEqual(whole.map((_: number, i: number) => whole[0] + i * step));
      expect(epoch(pts[0]) % step).toBe(0);
    }
  });

  test.for([0, 1, 2])(
    "every picture of rendition %i says its UTC time, over midnight",
    { timeout: 60_000 },
    (rendition) => {
      const entries = "frame=pts:frame_side_data";
      const { frames } = ffprobe(file, "-select_streams", `v:${rendition}`, "-show_entries", entries);
      expect(frames.length).toBeGreaterThan(700);
      const timecodes = frames.map((frame: { side_data_list: { timecodes?: { value: string }[] }[] }) =>
        frame.side_data_list.flatMap(({ timecodes = [] }) => timecodes.map(({ value }) => value)),
      );
      expect(timecodes).toEqual(frames.map(({ pts }: { pts: number }) => [label(epoch(pts))]));
      expect(timecodes.flat()).toContain("23:59:59:24");
      expect(timecodes.flat()).toContain("00:00:00:00");
    },
  );
});

/** Written another way than the code under test. */
function label(time: Ticks): string {
  const milliseconds = time / 90;
  const frames = (milliseconds % 1000) / 40;
  return `${new Date(milliseconds).toISOString().slice(11, 19)}:${String(frames).padStart(2, "0")}`;
}

describe("to the project's own demuxer", { timeout: 60_000 }, () => {
  const demuxer = new TransportDemuxer();
  const events: readonly DemuxEvent[] = [...demuxer.push(stream), ...demuxer.flush()];
  const units = events.flatMap((event) => (event.kind === "access-unit" ? [event.unit] : []));

  test("nothing is wrong with it", () => {
    expect(events.filter(({ kind }) => kind === "problem")).toEqual([]);
    expect(events.filter(({ kind }) => kind === "program")).toHaveLength(1);
  });

  test.for(VIDEO_PIDS)("every picture of PID %i has the scores of its place in time", (pid) => {
    const pictures = units.filter((unit) => unit.kind === "video" && unit.pid === pid);
    expect(pictures.length).toBeGreaterThan(700);
    for (const picture of pictures) {
      if (picture.kind !== "video") continue;
      const found = picture.sei
        .filter(({ payloadType }) => payloadType === 5)
        .flatMap(({ payload }) => parseMqa(payload, DEFAULT_MQA_UUIDS) ?? []);
      expect(found).toHaveLength(1);
      expect(found[0]).toMatchObject({ scope: "frame", problems: [] });
      expect(new Map(found[0]!.values)).toEqual(
        simulatedScores(epoch(picture.pts % 2 ** 33) / PICTURE, 25, pid - 0x100),
      );
    }
  });

  test("renditions can be cut at the same pictures, every 1.92 s of the epoch", () => {
    const cuts = VIDEO_PIDS.map((pid) =>
      units.flatMap((unit) =>
        unit.kind === "video" && unit.pid === pid && unit.randomAccess === "idr" ? [unit.pts] : [],
      ),
    );
    expect(cuts[0]!.length).toBeGreaterThan(14);
    expect(cuts[1]).toEqual(cuts[0]);
    expect(cuts[2]).toEqual(cuts[0]);
    expect(cuts[0]!.every((pts) => epoch(pts % 2 ** 33) % GROUP === 0)).toBe(true);
  });

  test("the sample's own buffering messages and delays stay", () => {
    const [first] = units.filter((unit) => unit.kind === "video");
    expect(first?.sei.map(({ payloadType }) => payloadType)).toEqual([0, 1, 5]);
  });
});

describe("packet by packet", { timeout: 60_000 }, () => {
  const packets = readPackets(stream);
  const pcrs = packets.flatMap(({ pcr }, i) => (pcr === undefined ? [] : [{ pcr, i }]));

  test("counters never break", () => {
    expect(counterBreaks(packets)).toEqual([]);
  });

  test("a PCR comes every 20 ms, PAT and PMT every 80 ms", () => {
    const mapPid = parseProgramMap(sectionOf(packets.find(({ pid }) => pid === 0x1000)!)).pcrPid;
    expect(packets.filter(({ pcr }) => pcr !== undefined).every(({ pid }) => pid === mapPid)).toBe(true);
    expect(new Set(pcrs.slice(1).map(({ pcr }, i) => pcr - pcrs[i]!.pcr))).toEqual(new Set([540_000]));
    for (const table of [0, 0x1000]) {
      const times = packets.flatMap(({ pid }, i) => (pid === table ? [clockAt(i)] : []));
      expect(Math.max(...times.slice(1).map((time, i) => time - times[i]!)) / 300).toBe(0.08 * SECOND);
    }
  });

  test("every unit arrives between 400 ms and 20 ms before it is decoded", () => {
    for (const pid of [...VIDEO_PIDS, ...AUDIO_PIDS]) {
      const own = packets.flatMap((packet, i) => (packet.pid === pid ? [{ ...packet, i }] : []));
      for (const [n, packet] of own.entries()) {
        if (!packet.unitStart || packet.i > pcrs.at(-1)!.i) continue;
        const { pts, dts = pts } = parsePesHeader(packet.payload);
        const next = own.findIndex((other, m) => m > n && other.unitStart);
        if (next < 0) continue;
        const first = (epoch(dts!) - epoch(Math.floor(clockAt(packet.i) / 300))) / 90;
        const last = (epoch(dts!) - epoch(Math.floor(clockAt(own[next - 1]!.i) / 300))) / 90;
        expect(first).toBeLessThanOrEqual(400);
        expect(last).toBeGreaterThanOrEqual(20);
      }
    }
  });

  test("large pictures are spread: no 20 ms hold twice the mean", () => {
    const sizes = pcrs.slice(1).map(({ i }, n) => i - pcrs[n]!.i);
    expect(Math.max(...sizes)).toBeLessThan((2 * packets.length) / pcrs.length);
  });

  /** The clock when packet `i` is sent: the last PCR before it. */
  function clockAt(i: number): number {
    return pcrs.findLast((entry) => entry.i <= i)!.pcr;
  }
});

function sectionOf({ payload }: Packet): Uint8Array {
  return payload.subarray(1, 4 + (((payload[2]! & 0x0f) << 8) | payload[3]!));
}

/** Packets with payload whose counter is not one more than that of the one before on their PID. */
function counterBreaks(packets: readonly Packet[]): readonly number[] {
  const last = new Map<number, number>();
  return packets.flatMap(({ pid, counter, payload }, i) => {
    if (payload.length === 0) return [];
    const expected = ((last.get(pid) ?? counter - 1) + 1) & 0x0f;
    last.set(pid, counter);
    return counter === expected ? [] : [i];
  });
}

describe("as a function of time", { timeout: 60_000 }, () => {
  test("two that start at different moments send the same", () => {
    const own = unitsByTime(record(START, 12));
    const other = unitsByTime(record((START + 5.4 * SECOND) as Ticks, 8));
    const shared = [...other.keys()].filter((key) => own.has(key));
    expect(shared.length).toBeGreaterThan(700);
    for (const key of shared) expect(Buffer.compare(own.get(key)!, other.get(key)!)).toBe(0);
    expect(shared.length).toBeGreaterThan(other.size * 0.75);
  });

  test("how often it is asked changes nothing", () => {
    const whole = record(START, 3);
    fc.assert(
      fc.property(fc.array(fc.nat(40_000)), (moments) => {
        const source = new LiveSource(sample, START);
        const steps = [...moments.map((moment) => moment * 6), 3 * SECOND].filter((step) => step <= 3 * SECOND);
        const parts = steps.sort((a, b) => a - b).flatMap((step) => source.advance((START + step) as Ticks));
        const bytes = Buffer.concat([...parts.map(({ packets }) => packets), source.finish()]);
        expect(bytes.equals(whole)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  test("nothing is sent before its time, nor a picture before the time it shows", () => {
    const source = new LiveSource(sample, START);
    for (let step = 0; step < 4 * SECOND; step += 900) {
      for (const { time, packets } of source.advance((START + step) as Ticks)) {
        expect(time).toBeLessThanOrEqual(START + step);
        for (const { pid, unitStart, payload } of readPackets(packets)) {
          if (!unitStart || pid < 0x100 || pid > 0x104) continue;
          expect(epoch(parsePesHeader(payload).pts!)).toBeLessThan(time);
        }
      }
    }
  });

  test("the 33-bit clock wraps without a trace", () => {
    const wrap = Math.ceil(START / 2 ** 33) * 2 ** 33;
    const demuxer = new TransportDemuxer();
    const events = [...demuxer.push(record((wrap - 4 * SECOND) as Ticks, 8)), ...demuxer.flush()];
    expect(events.filter(({ kind }) => kind === "problem" || kind === "discontinuity")).toEqual([]);
    for (const [pid, step] of [
      [0x102, PICTURE],
      [0x103, AUDIO_FRAME],
    ] as const) {
      const times = events.flatMap((event) =>
        event.kind === "access-unit" && event.unit.pid === pid
          ? [event.unit.kind === "video" ? event.unit.dts : event.unit.pts]
          : [],
      );
      expect(times).toEqual(times.map((_, i) => times[0]! + i * step));
      expect(times[0]! < 2 ** 33 && times.at(-1)! > 2 ** 33).toBe(true);
    }
  });

  test("after a stall it goes on at the new time, with no counter broken and no unit cut", {
    timeout: 20_000,
  }, () => {
    const source = new LiveSource(sample, START);
    const before = source.advance((START + 4 * SECOND) as Ticks);
    const later = (START + 60.5 * SECOND) as Ticks;
    source.skipTo(later);
    const after = source.advance((later + 4 * SECOND) as Ticks);
    const all = new Uint8Array(Buffer.concat([...before, ...after].map(({ packets }) => packets)));
    expect(counterBreaks(readPackets(all))).toEqual([]);
    const entry = after[0]!.time;
    expect(entry - later).toBeLessThan(2.1 * SECOND);
    const whole = new Map([...unitsByTime(record(START, 5)), ...unitsByTime(record(later, 5))]);
    const units = unitsByTime(all);
    expect(units.size).toBeGreaterThan(600);
    for (const [key, pes] of units) expect(Buffer.compare(whole.get(key)!, pes)).toBe(0);
  });
});

/** Whole PES packets by PID and DTS. */
function unitsByTime(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const packets = readPackets(bytes);
  const units = new Map<string, Uint8Array>();
  for (const pid of [...VIDEO_PIDS, ...AUDIO_PIDS]) {
    for (const pes of readPes(packets, pid)) {
      const { pts, dts = pts } = parsePesHeader(pes);
      units.set(`${pid} ${dts}`, pes);
    }
  }
  return units;
}
