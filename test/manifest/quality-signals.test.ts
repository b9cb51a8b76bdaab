import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { XMLParser } from "fast-xml-parser";
import { M3U8Parser, PlaylistLevelType } from "hls.js";
import { parseDictionary } from "structured-headers";
import { describe, expect, test } from "vitest";
import { writeMediaPlaylist } from "../../src/manifest/media-playlist.ts";
import { writeMpd } from "../../src/manifest/mpd.ts";
import { writeMultivariantPlaylist } from "../../src/manifest/multivariant-playlist.ts";
import { defaultQualitySignals, type QualitySignals } from "../../src/manifest/quality-signals.ts";
import { publishMetrics } from "../../src/quality/publish-metrics.ts";
import { defaultPublishOptions } from "../../src/quality/publish-options.ts";
import type { Segment } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { FIRST } from "../store/media.ts";
import { lackingDashSchema, validateMpd } from "../support/dash-schema.ts";
import { parseMediaPlaylist, parseMultivariantPlaylist } from "../support/strict-playlist.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { mpdFaults, readMpd } from "./mpd-client.ts";
import { playlistFaults, readPlaylist } from "./playlist-client.ts";
import { scoredChannel } from "./scored-channel.ts";

const now = { publishTime: Date.UTC(2026, 0, 2, 3, 4, 40) as Milliseconds };
const none: QualitySignals = { ...defaultQualitySignals, score: false };
const dateRange = { ...none, dateRange: true };
const events = { ...none, events: true };
const cmsdTags = { ...none, cmsdTags: true };

const channel = scoredChannel().snapshot()!;
const [video, , sound] = channel.tracks;

/** What is published of a segment, by the key its CMSD header has. */
function published({ init, quality }: Segment): Record<string, number> {
  const { kind } = init.configuration;
  const keys = [...publishMetrics(kind, quality)].map(
    ([name, value]) => [`org.svta.mqa-${name.replace("mqa-", "")}`, value] as const,
  );
  const { scored } = quality.pictures;
  return Object.fromEntries(scored > 0 ? [...keys, ["org.svta.mqa-n", scored] as const] : keys);
}

function dictionary(text: string): Record<string, unknown> {
  return Object.fromEntries([...parseDictionary(text)].map(([key, [value]]) => [key, value]));
}

describe("as kept", () => {
  test.each([
    ["none", none],
    ["score", { ...none, score: true }],
    ["date-range", dateRange],
    ["events", events],
    ["cmsd-tags", cmsdTags],
  ])("with %s", async (name, signals) => {
    const golden = (path: string): string => `../golden/quality-${name}/${path}`;
    await expect(writeMultivariantPlaylist(channel, signals)).toMatchFileSnapshot(golden("index.m3u8"));
    await expect(writeMpd(channel, now, signals)).toMatchFileSnapshot(golden("manifest.mpd"));
    for (const track of channel.tracks) {
      const text = writeMediaPlaylist(channel, track, signals);
      await expect(text).toMatchFileSnapshot(golden(`${track.track.id}/index.m3u8`));
    }
  });
});

describe("EXT-X-DATERANGE", () => {
  test("says of each segment, and of nothing else, what its CMSD header says, when it is", () => {
    for (const track of channel.tracks) {
      const text = writeMediaPlaylist(channel, track, dateRange);
      expect(playlistFaults(readPlaylist(text))).toEqual([]);
      const ranges = parseMediaPlaylist(text).segments.flatMap(({ dateRange, uri, programDateTime, duration }) => {
        if (dateRange === undefined) return [];
        expect(dateRange.start).toEqual(programDateTime);
        expect(Math.abs(dateRange.duration! - duration)).toBeLessThanOrEqual(0.001);
        return [{ ...dateRange, uri }];
      });
      expect(ranges).toHaveLength(track.segments.length);
      for (const [index, segment] of track.segments.entries()) {
        const { id, uri, classId, attributes } = ranges[index]!;
        expect([id, uri, classId]).toEqual([
          `${track.track.id}-${segment.number}`,
          `${segment.number}.m4s`,
          "org.svta.mqa",
        ]);
        const expected = Object.entries(published(segment)).map(([key, value]) => [
          `X-${key.toUpperCase().replaceAll(".", "-")}`,
          value < 0 ? String(value) : value,
        ]);
        expect(attributes).toEqual(Object.fromEntries(expected));
      }
    }
  });

  test("has legal names whatever the prefix is", () => {
    const text = writeMediaPlaylist(channel, video!, {
      ...dateRange,
      publish: { ...defaultPublishOptions, keyPrefix: "com.exa-mple.q1" },
    });
    expect(text).toContain(',CLASS="com.exa-mple.q1",');
    expect(text).toContain(",X-COM-EXA-MPLE-Q1-VIDEO=9");
  });

  test("comes out of hls.js", () => {
    for (const track of [video!, sound!]) {
      const text = writeMediaPlaylist(channel, track, dateRange);
      const url = `http://localhost/${track.track.id}/index.m3u8`;
      const details = M3U8Parser.parseLevelPlaylist(text, url, 0, PlaylistLevelType.MAIN, 0, null);
      expect(details.playlistParsingError).toBeNull();
      const ranges = Object.values(details.dateRanges);
      expect(ranges.map((range) => range?.id)).toEqual(
        track.segments.map(({ number }) => `${track.track.id}-${number}`),
      );
      for (const [index, range] of ranges.entries()) {
        const segment = track.segments[index]!;
        expect(range!.isValid).toBe(true);
        expect(range!.class).toBe("org.svta.mqa");
        expect(range!.startDate.getTime()).toBe(Math.round((segment.start * 1000) / segment.init.timescale));
        for (const [key, value] of Object.entries(published(segment))) {
          expect(range!.attr.decimalFloatingPoint(`X-${key.toUpperCase().replaceAll(".", "-")}`)).toBe(value);
        }
      }
    }
  });
});

describe("SCORE", () => {
  const scores = (signals?: QualitySignals): unknown[] =>
    parseMultivariantPlaylist(writeMultivariantPlaylist(channel, signals)).variants.map(({ score }) => score);

  test("is there unless it is switched off", () => {
    expect(scores()).toEqual([90, 60]);
    expect(scores(none)).toEqual([undefined, undefined]);
  });
});

describe("Events", () => {
  type Xml = { readonly [name: string]: Xml & string & readonly Xml[] };
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "",
    parseAttributeValue: false,
    isArray: (name) => ["Period", "EventStream", "Event"].includes(name),
  });

  test("say of each segment in media time what its CMSD header says", () => {
    const text = writeMpd(channel, now, events);
    expect(mpdFaults(readMpd(text))).toEqual([]);
    const periods = (parser.parse(text) as Xml)["MPD"]!["Period"]!;
    expect(periods.length).toBeGreaterThan(1);
    for (const [index, period] of periods.entries()) {
      const { runs, start } = channel.periods[index]!;
      const streams = period["EventStream"]!;
      expect(streams.map((stream) => stream["value"])).toEqual(runs.map(({ track }) => track.id));
      for (const [index, { segments }] of runs.entries()) {
        const stream = streams[index]!;
        const { timescale } = segments[0]!.init;
        expect(stream).toMatchObject({ schemeIdUri: "urn:mqa-packager:quality:2026", timescale: `${timescale}` });
        const offset = Number(stream["presentationTimeOffset"] ?? 0);
        expect(Math.abs(offset - (start * timescale) / 1e6)).toBeLessThanOrEqual(0.5);
        const read = stream["Event"]!.map((event) => ({
          number: Number(event["id"]),
          start: Number(event["presentationTime"]),
          duration: Number(event["duration"]),
          members: dictionary(event["#text"]!),
        }));
        const expected = segments.map((segment) => {
          const { number, start, duration } = segment;
          return { number, start, duration, members: published(segment) };
        });
        expect(read).toEqual(expected);
      }
    }
  });
});

describe("CMSD tags", () => {
  test("carry the newest segment's values, and players pass over them", () => {
    for (const track of channel.tracks) {
      const text = writeMediaPlaylist(channel, track, cmsdTags);
      const [, second, third] = text.split("\n");
      expect(third).toBe("#EXT-X-VERSION:6");
      const [, value] = /^#EXT-X-CMSD-STATIC:(.*)$/.exec(second!)!;
      expect(dictionary(value!)).toEqual(published(track.segments.at(-1)!));
      expect(parseMediaPlaylist(text).segments.at(-1)!.uri).toBe(`${FIRST + 11}.m4s`);
    }
    const text = writeMpd(channel, now, cmsdTags);
    const [, value] =
      /<MPD[^>]*>\s*<SupplementalProperty schemeIdUri="urn:mpeg:dash:cmsd:2020" value="([^"]*)"\/>/.exec(text)!;
    expect(dictionary(value!)).toEqual(published(video!.segments.at(-1)!));
  });
});

describe.skipIf(lackingDashSchema() !== false)("the schema of ISO/IEC 23009-1", () => {
  const folder = temporaryFolder();

  function judge(name: string, text: string): ReturnType<typeof validateMpd> {
    const file = join(folder, name);
    writeFileSync(file, text);
    return validateMpd(file);
  }

  test("accepts events", async () => {
    expect(await judge("events.mpd", writeMpd(channel, now, events))).toMatchObject({ code: 0 });
  });

  test("refuses the CMSD property where it has to stand, and accepts it behind the periods", async () => {
    const text = writeMpd(channel, now, cmsdTags);
    expect((await judge("cmsd.mpd", text)).code).not.toBe(0);
    const [property] = /<SupplementalProperty[^>]*>/.exec(text)!;
    const moved = text.replace(property, "").replace("<UTCTiming", `${property}<UTCTiming`);
    expect(await judge("moved.mpd", moved)).toMatchObject({ code: 0 });
  });
});
