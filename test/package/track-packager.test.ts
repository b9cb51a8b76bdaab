import { expect, test } from "vitest";
import type { VideoConfiguration } from "../../src/demux/track-configuration.ts";
import { type PackageEvent, TrackPackager } from "../../src/package/track-packager.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import type { Following, SegmentEvent } from "../../src/segment/segment-event.ts";
import { writeMqa } from "../../src/sei/mqa.ts";
import { OWN_MQA_UUID } from "../../src/sei/mqa-uuid.ts";
import { payloadTypes } from "../../src/sei/payload-types.ts";
import { parseUuid, writeUserDataUnregistered } from "../../src/sei/user-data-unregistered.ts";
import type { Segment } from "../../src/store/segment.ts";
import type { MediaTime } from "../../src/time/units.ts";
import type { TimecodeSource } from "../../src/timeline/timecode-options.ts";
import type { TimedTrack } from "../../src/timeline/timed-unit.ts";
import { AAC, H264 } from "../cmaf/configurations.ts";
import { counts, plainRecord } from "../quality/records.ts";
import { readFragment } from "../support/fragment.ts";
import { frame, picture } from "../timeline/units.ts";

const TRACK: TimedTrack = {
  id: "v1",
  kind: "video",
  timescale: 90_000,
  rate: { num: 25, den: 1 },
  regular: true,
  unitDuration: 3600,
};
const OTHER: VideoConfiguration = { ...H264, width: 640 };
const media = (time: number) => time as MediaTime;

type Options = {
  configuration?: VideoConfiguration;
  pictures?: number;
  independent?: boolean;
  timecode?: TimecodeSource;
};

/** The events of one segment of ten pictures. */
function segment(
  number: number,
  { configuration = H264, pictures = 10, independent = true, timecode = "smpte" }: Options = {},
): readonly SegmentEvent[] {
  const start = number * 36_000;
  return [
    {
      kind: "segment-start",
      trackId: "v1",
      number,
      start: media(start),
      expectedEnd: 0 as MediaTime,
      nextFrom: 0 as MediaTime,
      independent,
      timecode,
    },
    ...Array.from({ length: pictures }, (_, n): SegmentEvent => {
      const time = media(start + n * 3600);
      const unit = picture(time, { configuration, ...(n === 0 && independent ? { randomAccess: "idr" } : {}) });
      return {
        kind: "unit",
        unit: { kind: "picture", trackId: "v1", index: time / 3600, time, decodeTime: time, timecode, unit },
      };
    }),
    { kind: "segment-end", trackId: "v1", end: media(start + pictures * 3600), followedBy: "segment" },
  ];
}

function run(packager: TrackPackager, ...events: (readonly SegmentEvent[])[]): readonly PackageEvent[] {
  return events.flat().flatMap((event) => packager.push(event));
}

const published = (events: readonly PackageEvent[]): readonly Segment[] =>
  events.flatMap((event) => (event.kind === "segment" ? [event.segment] : []));

const packager = (track = TRACK) => new TrackPackager(track, defaultQualityOptions);

test("a segment is published when it ends, with all that is known of it", () => {
  const [only, ...none] = published(run(packager(), segment(7)));
  expect(none).toEqual([]);
  expect(only).toMatchObject({
    number: 7,
    start: 252_000,
    duration: 36_000,
    timecode: "smpte",
    init: { timescale: 90_000, configuration: H264 },
    quality: plainRecord(10),
  });
  expect(only!.body.reduce((size, part) => size + part.length, 0)).toBe(only!.size);
});

test("segments that follow each other share an init segment", () => {
  const [a, b] = published(run(packager(), segment(7), segment(8, { independent: false })));
  expect(b!.init).toBe(a!.init);
  expect(b!.quality.independent).toBe(false);
});

test("a segment and its prft say what told its time", () => {
  const told = published(
    run(packager(), ...(["misb", "none"] as const).map((timecode, n) => segment(n, { timecode }))),
  );
  expect(told.map(({ timecode }) => timecode)).toEqual(["misb", "none"]);
  const read = told.map(({ body }) => readFragment(new Uint8Array(Buffer.concat(body))));
  expect(read.map(({ reference }) => reference)).toEqual([
    { captured: true, ntpTimestamp: 2_208_988_800 * 2 ** 32 },
    // 36,000 ticks of 90,000 a second.
    { captured: false, ntpTimestamp: 2_208_988_800 * 2 ** 32 + Math.floor(0.4 * 2 ** 32) },
  ]);
});

test("a change of parameters makes another init segment; the way back has the first one's id again", () => {
  const all = published(
    run(packager(), segment(1), segment(2, { configuration: OTHER }), segment(3, { configuration: OTHER }), segment(4)),
  );
  expect(all[1]!.init.id).not.toBe(all[0]!.init.id);
  expect(all[2]!.init).toBe(all[1]!.init);
  expect(all[3]!.init.id).toBe(all[0]!.init.id);
});

test("the same parameters in another object, as after an encoder's restart, are no change", () => {
  const [a, b] = published(run(packager(), segment(1), segment(2, { configuration: { ...H264 } })));
  expect(b!.init).toBe(a!.init);
});

test("pictures that were still to be decoded when the stream ended are not lost", () => {
  // Presented in the order 0 3 1: the one between was never sent.
  const [begin, first, second, third, ...more] = segment(7, { pictures: 4 });
  const moved = (event: SegmentEvent | undefined, index: number): SegmentEvent => {
    if (event?.kind !== "unit" || event.unit.kind !== "picture") throw new Error("no picture");
    return { kind: "unit", unit: { ...event.unit, index, time: media(index * 3600) } };
  };
  const units = [moved(first, 70), moved(second, 73), moved(third, 71)];
  const end = (followedBy: Following): SegmentEvent => ({
    kind: "segment-end",
    trackId: "v1",
    end: media(266_400),
    followedBy,
  });
  expect(more).toHaveLength(2);
  const [last] = published(run(packager(), [begin!, ...units, end("nothing")]));
  expect(last!.quality.pictures).toMatchObject({ expected: 3, received: 3, lost: 0 });
  // The brand of the last segment.
  expect(Buffer.from(last!.body[0]!).toString("latin1", 0, 36)).toContain("lmsg");
  const [followed] = published(run(packager(), [begin!, ...units, end("segment")]));
  expect(followed!.quality.pictures).toMatchObject({ expected: 4, received: 3, lost: 1 });
  expect(Buffer.from(followed!.body[0]!).toString("latin1", 0, 36)).not.toContain("lmsg");
});

test("segments without units or of no duration are not published", () => {
  const empty = segment(1, { pictures: 0 });
  const instant = segment(2, { pictures: 1 }).map((event) =>
    event.kind === "segment-end" ? { ...event, end: media(72_000) } : event,
  );
  expect(run(packager(), empty, instant)).toEqual([]);
});

test("a track whose clock changes ends its segment by the old one and goes on by the new one", () => {
  const track: TimedTrack = { id: "a1", kind: "audio", timescale: 48_000, regular: true, unitDuration: 1024 };
  const sound = (number: number, sampleRate: number): readonly SegmentEvent[] => {
    const time = media(number * sampleRate);
    const unit = frame(0, { configuration: { ...AAC, sampleRate } });
    return [
      {
        kind: "segment-start",
        trackId: "a1",
        number,
        start: time,
        expectedEnd: 0 as MediaTime,
        nextFrom: 0 as MediaTime,
        independent: true,
        timecode: "none",
      },
      { kind: "unit", unit: { kind: "frame", trackId: "a1", time, timecode: "none", unit } },
      { kind: "segment-end", trackId: "a1", end: media(time + sampleRate), followedBy: "segment" },
    ];
  };
  const one = packager(track);
  const before = run(one, sound(5, 48_000));
  one.retune({ ...track, timescale: 44_100 });
  const [a, b] = published([...before, ...run(one, sound(6, 44_100))]);
  expect([a!.init.timescale, b!.init.timescale]).toEqual([48_000, 44_100]);
  expect([a!.start, b!.start]).toEqual([240_000, 264_600]);
});

test("the scores of a segment are those of the pictures in it, damage is counted, and what cannot be read is reported", () => {
  const uuid = parseUuid(OWN_MQA_UUID);
  const payload = (psnr: number) => writeMqa(uuid, "frame", new Map([["psnr", psnr]]));
  const broken = writeUserDataUnregistered({ uuid, data: Uint8Array.of(0xff) });
  const scored = (number: number, payloads: readonly Uint8Array[]) =>
    segment(number, { pictures: payloads.length }).map((event): SegmentEvent => {
      if (event.kind !== "unit" || event.unit.kind !== "picture") return event;
      const n = event.unit.index - number * 10;
      const sei = [{ payloadType: payloadTypes.userDataUnregistered, payload: payloads[n]! }];
      return { kind: "unit", unit: { ...event.unit, unit: { ...event.unit.unit, sei, damaged: n === 1 } } };
    });
  const events = run(packager(), scored(1, [payload(40), payload(42)]), scored(2, [payload(30), broken, payload(31)]));
  expect(published(events).map(({ quality }) => quality)).toEqual([
    {
      score: {
        ...{ value: 31, source: "components", base: 100 },
        penalties: { psnr: expect.closeTo((1.385 * 19 * 100) / 60), undecodable: 25 },
      },
      metrics: { psnr: { value: 41, pooling: "mean", min: 40, p5: 40, scored: 2 } },
      pictures: counts(2, { scored: 2, damaged: 1 }),
      transport: [],
      independent: true,
    },
    {
      score: expect.objectContaining({ source: "components" }),
      metrics: { psnr: { value: 30.5, pooling: "mean", min: 30, p5: 30, scored: 2 } },
      pictures: counts(3, { scored: 2, damaged: 1, undecodable: 1 }),
      transport: [],
      independent: true,
    },
  ]);
  expect(events.filter((event) => event.kind === "problem")).toEqual([
    { kind: "problem", problem: expect.objectContaining({ code: "mqa-malformed", pid: 256 }) },
  ]);
});
