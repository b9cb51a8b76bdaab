import { describe, expect, test } from "vitest";
import { writeMpd } from "../../src/manifest/mpd.ts";
import type { ChannelStore, ChannelStoreOptions } from "../../src/store/channel-store.ts";
import type { Segment, Track } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import {
  a1,
  a2,
  audioInit,
  audioSegment,
  FIRST,
  fileStore,
  segment,
  store,
  v1,
  v2,
  videoInit,
  videoSegment,
} from "../store/media.ts";
import { readMpd } from "./mpd-client.ts";

function written(channel: ChannelStore): string {
  return writeMpd(channel.snapshot()!, { publishTime: 1_767_323_080_123 as Milliseconds });
}

function once(tracks: readonly [Track, Segment][], options: Partial<ChannelStoreOptions> = {}): string {
  const channel = store(
    tracks.map(([track]) => track),
    options,
  );
  for (const [track, segment] of tracks) channel.publish(track.id, segment);
  return written(channel);
}

/** The attributes of the nth element of that name. */
function attributes(text: string, name: string, index = 0): Record<string, string> {
  const element = [...text.matchAll(new RegExp(`<${name} ([^>]*?)/?>`, "g"))][index]![1]!;
  return Object.fromEntries([...element.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key!, value!]));
}

const high = videoInit("h");
const video = videoSegment(FIRST, high);
const audio = audioSegment(FIRST, audioInit("a"), 2);

describe("live", () => {
  /** Delay and depth when segments can be fetched that long after their end. */
  const timing = (latencyMs: number | undefined, window: number): string[] => {
    const end = (FIRST + 1) * 2000;
    const { availableAt: _, ...plain } = video;
    const available = latencyMs === undefined ? plain : { ...plain, availableAt: (end + latencyMs) as Milliseconds };
    const mpd = attributes(once([[v1, available]], { window: window as Milliseconds }), "MPD");
    return [mpd["suggestedPresentationDelay"]!, mpd["timeShiftBufferDepth"]!];
  };

  test.each<[string, number | undefined, number, string[]]>([
    ["three segments behind", 0, 60_000, ["PT6S", "PT60S"]],
    ["three segments and the latency behind, in whole seconds", 1200, 60_000, ["PT8S", "PT62S"]],
    ["as if there were no latency where it is not known", undefined, 60_000, ["PT6S", "PT60S"]],
    ["as if there were no latency where segments end in the future", -5000, 60_000, ["PT6S", "PT60S"]],
    ["a segment inside a window that is hardly longer", 0, 1000, ["PT4S", "PT6S"]],
  ])("is played %s", (_, latencyMs, window, expected) => {
    expect(timing(latencyMs, window)).toEqual(expected);
  });

  test("counts from 1970, says when it was published, and where the time is", () => {
    const text = once([[v1, video]]);
    expect(attributes(text, "MPD")).toMatchObject({
      type: "dynamic",
      availabilityStartTime: "1970-01-01T00:00:00Z",
      publishTime: "2026-01-02T03:04:40.123Z",
      minimumUpdatePeriod: "PT2S",
      maxSegmentDuration: "PT2.5S",
    });
    const { schemeIdUri, value } = attributes(text, "UTCTiming");
    expect(schemeIdUri).toBe("urn:mpeg:dash:utc:http-iso:2014");
    expect(new URL(value!, "http://host:8080/news/manifest.mpd").pathname).toBe("/time");
  });
});

describe("ended", () => {
  function ended(make: typeof store | typeof fileStore): string {
    const channel = make([v1, a1]);
    for (let n = 0; n < 3; n++) {
      channel.publish("v1", videoSegment(FIRST + n, high));
      channel.publish("a1", audioSegment(FIRST + n, audioInit("a"), 2));
    }
    channel.end();
    return written(channel);
  }

  test("a file starts at zero and names neither a clock nor the time of its making", () => {
    const text = ended(fileStore);
    expect(attributes(text, "MPD")).not.toHaveProperty("publishTime");
    expect(attributes(text, "MPD")).toMatchObject({ type: "static", mediaPresentationDuration: "PT6.016S" });
    expect(text).not.toContain("UTCTiming");
    const [period] = readMpd(text).periods;
    expect(period).toMatchObject({ start: 0, representations: [{ offset: video.start }, { offset: audio.start }] });
  });

  test("a live channel keeps its timeline for those who are watching", () => {
    const text = ended(store);
    expect(attributes(text, "MPD")).toMatchObject({
      type: "static",
      mediaPresentationDuration: `PT${(FIRST + 3) * 2}.016S`,
    });
    expect(readMpd(text).periods[0]).toMatchObject({ start: 0, representations: [{ offset: 0 }, { offset: 0 }] });
  });

  test("a file with a break has its second period at the place of the break", () => {
    const channel = fileStore([v1]);
    for (const n of [0, 1, 5, 6]) channel.publish("v1", videoSegment(FIRST + n, high));
    channel.end();
    expect(readMpd(written(channel)).periods.map(({ id, start }) => [id, start])).toEqual([
      ["p0", 0],
      [`p${FIRST + 5}`, 10_000_000],
    ]);
  });
});

describe("adaptation sets", () => {
  test("hold the renditions of one codec, and single audio tracks", () => {
    const low = videoSegment(FIRST, videoInit("l", { width: 640, height: 360 }));
    const hevc = videoSegment(FIRST, videoInit("x", { codec: "h265", codecString: "hvc1.1.6.L93.B0" }));
    const v3: Track = { id: "v3", kind: "video", pictureRate: { num: 50, den: 1 } };
    const text = once([
      [v1, low],
      [v2, hevc],
      [v3, video],
      [a1, audio],
      [a2, audio],
    ]);
    const representations = readMpd(text).periods[0]!.representations.map(({ setId, id }) => `${setId} ${id}`);
    expect(representations).toEqual(["1 v1", "1 v3", "2 v2", "11 a1", "12 a2"]);
    expect(attributes(text, "AdaptationSet")).toMatchObject({
      par: "16:9",
      maxWidth: "1920",
      maxHeight: "1080",
      maxFrameRate: "50",
    });
    const roles = [0, 1, 2, 3].map((index) => attributes(text, "Role", index)["value"]);
    expect(roles).toEqual(["main", "alternate", "main", "alternate"]);
  });

  test("promise a start with every segment only where it is so", () => {
    const dependent = { ...video, quality: { ...video.quality, independent: false } };
    expect(attributes(once([[v1, video]]), "AdaptationSet")["startWithSAP"]).toBe("1");
    expect(attributes(once([[v1, dependent]]), "AdaptationSet")).not.toHaveProperty("startWithSAP");
  });

  test("say nothing of a picture rate that is not known of all", () => {
    const text = once([
      [v1, video],
      [{ id: "v2", kind: "video" }, video],
    ]);
    expect(attributes(text, "AdaptationSet")).not.toHaveProperty("maxFrameRate");
    expect(attributes(text, "Representation", 0)).toHaveProperty("frameRate", "25");
    expect(attributes(text, "Representation", 1)).not.toHaveProperty("frameRate");
  });

  test.each<["aac" | "ac3" | "eac3", number, string | undefined]>([
    ["aac", 1, "1"],
    ["aac", 2, "2"],
    ["aac", 6, "6"],
    ["aac", 8, "7"],
    ["aac", 24, undefined],
    ["ac3", 1, "4000"],
    ["ac3", 2, "A000"],
    ["ac3", 6, "F801"],
    ["eac3", 8, "FA01"],
  ])("name the layout of %s with %i channels", (codec, channels, expected) => {
    const text = once([[a1, audioSegment(FIRST, audioInit("a", { codec, channels }), 2)]]);
    expect(text.match(/<AudioChannelConfiguration [^>]*value="(\w+)"/)?.[1]).toBe(expected);
  });
});

test("a period that starts between two microseconds shows its video from the very start", () => {
  const channel = store([v1]);
  const start = Math.ceil((FIRST * 180_000) / 3003) * 3003 + 1;
  for (let n = 0; n < 4; n++) {
    const init = n < 2 ? high : videoInit("other");
    channel.publish("v1", segment({ number: FIRST + n, init, start: start + n * 180_180, duration: 180_180 }));
  }
  const [, period] = readMpd(written(channel)).periods;
  const [representation] = period!.representations;
  expect(representation!.segments[0]!.t - representation!.offset).toBe(0);
});

test("where time is missing another period begins: dash.js stays in front of a jump of S@t", () => {
  const channel = store([v1]);
  const place = (number: number, start: number): Segment =>
    segment({ number: FIRST + number, init: high, start: FIRST * 180_000 + start, duration: 180_000 });
  for (const one of [place(0, 0), place(1, 180_000), place(2, 396_000)]) channel.publish("v1", one);
  const { periods } = readMpd(written(channel));
  const times = periods.map(({ representations }) => representations[0]!.segments.map(({ t }) => t - FIRST * 180_000));
  expect(times).toEqual([[0, 180_000], [396_000]]);
});

test("names are escaped", () => {
  expect(once([[v1, video]], { name: `a<b>&"c"` })).toContain(`id="a&lt;b&gt;&amp;&quot;c&quot;"`);
});
