import { XMLParser } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { writeMpd } from "../../src/manifest/mpd.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { videoInit } from "../server/fake-channel.ts";
import { FIRST, LowLatencyChannel, PARTS } from "../store/low-latency-channel.ts";

const SEGMENT_MS = 1920;
const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  isArray: (name) => /^(Period|AdaptationSet|Representation)$/.test(name),
});

type Template = {
  readonly timescale: string;
  readonly presentationTimeOffset?: string;
  readonly duration: string;
  readonly startNumber: string;
  readonly availabilityTimeOffset: string;
  readonly availabilityTimeComplete: string;
};

// biome-ignore lint/suspicious/noExplicitAny: an MPD as the parser gives it
function read(channel: LowLatencyChannel): any {
  return parser.parse(writeMpd(channel.store.snapshot()!, { publishTime: 0 as Milliseconds })).MPD;
}

const seconds = (duration: string): number => Number(/^PT([\d.]+)S$/.exec(duration)![1]);

/** The numbers that a client may ask for at a time, in milliseconds since 1970, and of which period they are. */
function askable(
  mpd: ReturnType<typeof read>,
  now: number,
): readonly { readonly number: number; readonly period: string }[] {
  const depth = seconds(mpd.timeShiftBufferDepth);
  return mpd.Period.flatMap(
    (
      period: { id: string; start: string; AdaptationSet: { Representation: { SegmentTemplate: Template }[] }[] },
      i: number,
    ) => {
      const { SegmentTemplate: template } = period.AdaptationSet[0]!.Representation[0]!;
      const [start, next] = [seconds(period.start), mpd.Period[i + 1] && seconds(mpd.Period[i + 1].start)];
      const duration = Number(template.duration) / Number(template.timescale);
      const numbers: { number: number; period: string }[] = [];
      const time = now / 1000;
      // What lies partly within the depth may be asked for.
      const from = Math.max(0, Math.floor((time - depth - start) / duration));
      for (let k = from; start + (k + 1) * duration - Number(template.availabilityTimeOffset) <= time; k++) {
        if (next !== undefined && start + k * duration >= next - 1e-6) break;
        numbers.push({ number: Number(template.startNumber) + k, period: period.id });
      }
      return numbers;
    },
  );
}

describe("the MPD of a channel of low latency", () => {
  test("tells a player when the first part of a segment can be had", () => {
    const channel = new LowLatencyChannel();
    channel.segments(FIRST, FIRST + 4);
    const { Latency, PlaybackRate } = read(channel).ServiceDescription;
    expect(Latency).toMatchObject({ target: "2800", min: "2100", max: "28000" });
    expect(PlaybackRate).toMatchObject({ min: "0.96", max: "1.1" });
    const [set] = read(channel).Period[0].AdaptationSet;
    const { SegmentTemplate: template } = set.Representation[0];
    expect(template).toMatchObject({
      timescale: "25",
      duration: "48",
      startNumber: "0",
      availabilityTimeComplete: "false",
    });
    // 1.92 s, less a part of at most 0.5 s, less what parts come late by, rounded up to a quarter of a second.
    expect(Number(template.availabilityTimeOffset)).toBeCloseTo(1.92 - 0.5 - 0.25);
    expect(set.ProducerReferenceTime).toMatchObject({
      type: "captured",
      inband: "true",
      presentationTime: "0",
      wallClockTime: "1970-01-01T00:00:00.000Z",
    });
    expect(set.ProducerReferenceTime.UTCTiming).toEqual(read(channel).UTCTiming);
  });

  test("lets a player ask for nothing that is not there or comes next, whatever the time", () => {
    const channel = new LowLatencyChannel(12_000 as Milliseconds);
    channel.segments(FIRST, FIRST + 4);
    for (let number = FIRST + 5; number < FIRST + 25; number++) {
      for (let index = 0; index < PARTS; index++) {
        channel.parts(number, index);
        const mpd = read(channel);
        for (const late of [20, 200, 470]) {
          const now = number * SEGMENT_MS + (index + 1) * 480 + late;
          const numbers = askable(mpd, now).map((one) => one.number);
          expect(numbers.at(-1)).toBeGreaterThanOrEqual(number - 1);
          expect(numbers.at(-1)).toBeLessThanOrEqual(number);
          expect(numbers.length).toBeGreaterThan(2);
          for (const asked of numbers.slice(0, -1)) expect(channel.store.segment("v1", asked)).toBeTypeOf("object");
        }
      }
      channel.whole("v1", number);
      channel.whole("a1", number);
    }
  });

  test("goes on over missing segments", () => {
    const channel = new LowLatencyChannel();
    channel.segments(FIRST, FIRST + 12);
    const { Period } = read(channel);
    const lossy = new LowLatencyChannel();
    lossy.segments(FIRST, FIRST + 4);
    lossy.segments(FIRST + 7, FIRST + 12);
    expect(read(lossy).Period).toEqual(Period);
  });

  test("begins a period at another init segment, whose numbers and times are those of the grid", () => {
    const channel = new LowLatencyChannel();
    channel.segments(FIRST, FIRST + 4);
    const init = { ...videoInit, id: "00000000000000ff" };
    for (let number = FIRST + 7; number <= FIRST + 12; number++) {
      for (let index = 0; index < PARTS; index++) {
        channel.part("v1", number, index, { init });
        channel.part("a1", number, index);
      }
      channel.whole("v1", number, { init });
      channel.whole("a1", number);
    }
    const mpd = read(channel);
    expect(mpd.Period).toHaveLength(2);
    const { id, start, AdaptationSet } = mpd.Period[1];
    const template: Template = AdaptationSet[0].Representation[0].SegmentTemplate;
    expect([id, seconds(start) * 1000]).toEqual([`p${FIRST + 7}`, (FIRST + 7) * SEGMENT_MS]);
    expect(template.startNumber).toBe(String(FIRST + 7));
    const [before] = mpd.Period[0].AdaptationSet[0].Representation;
    expect(before.SegmentTemplate.endNumber).toBe(String(FIRST + 4));
    expect(seconds(mpd.Period[0].duration) * 1000).toBe((FIRST + 5) * SEGMENT_MS);
    expect(Number(template.presentationTimeOffset) / Number(template.timescale)).toBe(seconds(start));
    const numbers = askable(mpd, (FIRST + 12) * SEGMENT_MS + 1900).filter(({ period }) => period === id);
    expect(numbers.map(({ number }) => number)).toEqual([7, 8, 9, 10, 11, 12].map((n) => FIRST + n));
  });

  test("lets a player ask late where parts come late", () => {
    const channel = new LowLatencyChannel();
    for (let number = FIRST; number < FIRST + 4; number++) {
      const availableAt = ((number + 1) * SEGMENT_MS + 1000) as Milliseconds;
      for (let index = 0; index < PARTS; index++) {
        channel.part("v1", number, index, { availableAt });
        channel.part("a1", number, index, { availableAt });
      }
      channel.whole("v1", number);
      channel.whole("a1", number);
    }
    const mpd = read(channel);
    // 1.92 + 1 - 0.48 s late, in steps of a quarter.
    const { SegmentTemplate: template } = mpd.Period[0].AdaptationSet[0].Representation[0];
    expect(Number(template.availabilityTimeOffset)).toBeCloseTo(1.92 - 0.5 - 2.5);
    expect(Number(mpd.ServiceDescription.Latency.target)).toBe(4500);
  });

  test("is the ordinary one, static, once the channel has ended", () => {
    const channel = new LowLatencyChannel();
    channel.segments(FIRST, FIRST + 4);
    channel.store.end();
    const mpd = read(channel);
    expect([mpd.type, mpd.ServiceDescription]).toEqual(["static", undefined]);
    expect(mpd.Period[0].AdaptationSet[0].Representation[0].SegmentTemplate.SegmentTimeline).toBeDefined();
  });
});
