import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeCmsdStatic } from "@svta/cml-cmsd";
import type { Box, SampleEntry } from "mp4box";
import { beforeAll, describe, expect, test } from "vitest";
import { plainRecord } from "../quality/records.ts";
import { sliceTypes, splitSample } from "../support/byte-stream.ts";
import { lackingDashSchema, validateMpd } from "../support/dash-schema.ts";
import { boxAt, parseBoxes } from "../support/iso-boxes.ts";
import { lacking } from "../support/lacking.ts";
import { joined, readTree, type Tree, type TreeTrack } from "../support/output-tree.ts";
import { packager } from "../support/packager.ts";
import { ffmpeg } from "../support/run.ts";
import { pictureDigests, sourceFrameDigests, sourceTimes } from "../support/source-packets.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { encodeTransportStream } from "../support/test-sources.ts";
import { ticksBetween } from "../support/transport-packets.ts";
import { type ExpectedTrack, type TestStream, testStreams } from "./streams.ts";

const TICKS_PER_SECOND = 90_000;
/** Types of the slices that start a closed GOP: in H.264, and in H.265 with and without leading pictures. */
const IDR_TYPES = [5, 19, 20];

const noSchema = lackingDashSchema();

describe.skipIf(lacking("ffmpeg", "ffprobe")).each(testStreams.map((stream) => [stream.name, stream] as const))(
  "%s",
  (_, stream) => {
    const folder = temporaryFolder();
    const inputs = stream.inputs.map((_, i) => join(folder, `${i}.m2ts`));
    const tracks = stream.tracks.map((track) => [track.id, track] as const);
    let tree: Tree;

    beforeAll(async () => {
      for (const [i, parameters] of stream.inputs.entries()) await encode(inputs[i]!, parameters, stream);
      const out = join(folder, "out");
      const outcome = await packager("package", ...inputs, "--out", out, "--segment", stream.segment);
      expect(outcome, "package finds nothing to complain of").toEqual({ code: 0, stdout: "", stderr: "" });
      tree = readTree(out);
    });

    const trackOf = ({ id }: ExpectedTrack): TreeTrack => tree.tracks.find((track) => track.id === id)!;

    test("makes exactly the tracks that are there, each with one init segment", () => {
      expect(tree.tracks.map(({ id }) => id)).toEqual(stream.tracks.map(({ id }) => id).sort());
      expect(tree.tracks.map(({ inits }) => inits.length)).toEqual(tree.tracks.map(() => 1));
    });

    test.for(tracks)(
      "%s: mp4box knows every box, and its sample entry has all that the stream tells",
      ([, expected]) => {
        const track = trackOf(expected);
        const { boxes, complaints } = parseBoxes(readFileSync(join(track.folder, track.inits[0]!)));
        expect(complaints).toEqual([]);
        const mdhd = boxAt<Box & { readonly timescale: number; readonly languageString: string }>(
          boxes,
          "moov/trak/mdia/mdhd",
        );
        expect(mdhd).toMatchObject({ timescale: expected.timescale, languageString: expected.language ?? "und" });
        const entry = sampleEntry(boxes);
        expect(entry.boxes?.map(({ type }) => type)).toEqual(expected.boxes);
        const variants = tree.multivariant.variants.filter(({ uri, audio }) =>
          [uri, ...audio.map((rendition) => rendition.uri)].includes(`${expected.id}/index.m3u8`),
        );
        expect(variants.length).toBeGreaterThan(0);
        for (const { codecs } of variants) expect(codecs?.split(",")).toContain(entry.getCodec());
        const mpd = readFileSync(join(tree.folder, "manifest.mpd"), "utf8");
        expect(mpd).toMatch(new RegExp(`<Representation id="${expected.id}"[^>]* codecs="${entry.getCodec()}"`));
      },
    );

    test.for(tracks)(
      "%s: its fragments are as ISO BMFF and CMAF want them and follow without a seam",
      ([, expected]) => {
        const { segments, playlist } = trackOf(expected);
        expect(segments.flatMap(({ fragment }) => fragment.faults)).toEqual([]);
        expect(segments.map(({ fragment }) => fragment.sequenceNumber)).toEqual(segments.map(({ number }) => number));
        expect(segments.map(({ number }) => number)).toEqual(segments.map((_, i) => segments[0]!.number + i));
        for (const [i, { fragment }] of segments.entries()) {
          const duration = fragment.samples.reduce((sum, sample) => sum + sample.duration, 0);
          const next = segments[i + 1]?.fragment.baseMediaDecodeTime;
          if (next !== undefined) expect(fragment.baseMediaDecodeTime + duration).toBe(next);
          expect(playlist.segments[i]!.duration).toBeCloseTo(duration / expected.timescale, 5);
          expect(Math.round(duration / expected.timescale)).toBeLessThanOrEqual(playlist.targetDuration);
        }
      },
    );

    test.for(tracks)("%s: every picture or frame comes once, unchanged, at its time", async ([, expected]) => {
      const track = trackOf(expected);
      const samples = track.segments.flatMap(({ fragment }) => fragment.samples);
      const input = inputs[expected.input]!;
      const times = await sourceTimes(input, expected.stream);
      const origin = await firstPictureTime(inputs[0]!, stream);
      const offsets = times.map((time) => ticksBetween(origin, time));
      // Sound before the first picture is the only thing that is left out.
      const kept = offsets.flatMap((offset, i) => (offset >= 0 || isVideo(expected) ? [i] : []));
      expect(samples).toHaveLength(kept.length);
      const tolerance = timeTolerance(expected);
      for (const [at, i] of kept.entries()) {
        const ticks = (samples[at]!.presentationTime * TICKS_PER_SECOND) / expected.timescale;
        expect(Math.abs(ticks - offsets[i]!)).toBeLessThanOrEqual(tolerance);
      }
      if (isVideo(expected)) {
        const whole = join(folder, `${expected.id}.mp4`);
        writeFileSync(whole, joined(track, track.inits[0]!, track.segments));
        expect(await pictureDigests(whole, "v:0")).toEqual(await pictureDigests(input, expected.stream));
      } else {
        const digests = await sourceFrameDigests(input, expected.stream, expected.codec);
        expect(samples.map(({ bytes }) => createHash("md5").update(bytes).digest("hex"))).toEqual(
          kept.map((i) => digests[i]),
        );
      }
    });

    test.skipIf(stream.openGop)("ffmpeg decodes each segment after its init segment alone", async () => {
      for (const track of tree.tracks) {
        for (const segment of track.segments) {
          const alone = join(folder, "alone.mp4");
          writeFileSync(alone, joined(track, track.inits[0]!, [segment]));
          expect(await ffmpeg("-i", alone, "-f", "null", "-")).toBe("");
        }
      }
    });

    test("segments of all renditions start with a key picture at the same time", () => {
      const videos = stream.tracks.filter(isVideo);
      for (const expected of videos) {
        const { segments } = trackOf(expected);
        for (const { fragment } of segments) {
          const [first] = fragment.samples;
          expect(first!.sync).toBe(true);
          if (!stream.openGop) {
            const types = sliceTypes(expected.codec === "h264" ? "h264" : "hevc", splitSample(first!.bytes));
            expect(types[0]).toBeOneOf(IDR_TYPES);
            expect(fragment.samples.slice(1).some(({ sync }) => sync)).toBe(false);
          }
        }
        const starts = segments.map(({ fragment }) => fragment.baseMediaDecodeTime / expected.timescale);
        const reference = trackOf(videos[0]!).segments.map(({ fragment }) => fragment.baseMediaDecodeTime);
        expect(starts).toEqual(reference.map((time) => time / videos[0]!.timescale));
        if (stream.pictures !== undefined) {
          expect(segments.map(({ fragment }) => fragment.samples.length)).toEqual(stream.pictures);
        }
      }
    });

    test("sound is cut at the first frame at or after the pictures", () => {
      const video = stream.tracks.find(isVideo);
      if (video === undefined) return;
      const cuts = trackOf(video).segments.map(({ fragment }) => fragment.baseMediaDecodeTime / video.timescale);
      for (const expected of stream.tracks.filter((track) => !isVideo(track))) {
        const { segments } = trackOf(expected);
        expect(segments).toHaveLength(cuts.length);
        for (const [i, { fragment }] of segments.entries()) {
          const start = fragment.baseMediaDecodeTime / expected.timescale;
          expect(start).toBeGreaterThanOrEqual(cuts[i]!);
          expect(start - fragment.samples[0]!.duration / expected.timescale).toBeLessThan(cuts[i]!);
        }
      }
    });

    test("tfdt, the MPD's S@t and EXT-X-PROGRAM-DATE-TIME say the same", () => {
      const [period, ...more] = tree.mpd.periods;
      expect(more).toEqual([]);
      for (const expected of stream.tracks) {
        const { id, segments, playlist, inits } = trackOf(expected);
        const starts = segments.map(({ fragment }) => fragment.baseMediaDecodeTime);
        const representation = period!.representations.find((candidate) => candidate.id === id)!;
        expect(representation).toMatchObject({ timescale: expected.timescale, initialization: `${id}/${inits[0]}` });
        expect(representation.segments.map(({ t }) => t)).toEqual(starts);
        expect(representation.segments.map(({ number }) => number)).toEqual(segments.map(({ number }) => number));
        expect(playlist.segments.map(({ uri }) => uri)).toEqual(segments.map(({ number }) => `${number}.m4s`));
        expect(playlist.segments.map(({ programDateTime }) => programDateTime?.getTime())).toEqual(
          starts.map((start) => Math.round((start * 1000) / expected.timescale)),
        );
        expect(playlist.endlist).toBe(true);
      }
    });

    test("segments.jsonl says of each segment what is in it, its cmsd as the SVTA's library reads it", () => {
      for (const expected of stream.tracks) {
        const { segments, ledger } = trackOf(expected);
        expect(ledger).toHaveLength(segments.length);
        for (const [i, { number, path, fragment }] of segments.entries()) {
          const duration = fragment.samples.reduce((sum, sample) => sum + sample.duration, 0);
          const { cmsd, ...line } = ledger[i]!;
          expect(line).toEqual({
            number,
            start: new Date(Math.round((fragment.baseMediaDecodeTime * 1000) / expected.timescale)).toISOString(),
            duration: duration / expected.timescale,
            uri: `${number}.m4s`,
            size: readFileSync(path).length,
            timecode: "none",
            quality: plainRecord(fragment.samples.length),
          });
          expect(decodeCmsdStatic(cmsd)).toEqual({
            br: Math.round((readFileSync(path).length * 8) / ((duration * 1000) / expected.timescale)),
            d: Math.round((duration * 1000) / expected.timescale),
            n: "mqa-packager",
            "org.svta.mqa-errors": 0,
            ot: isVideo(expected) ? "v" : "a",
            st: "v",
          });
        }
      }
    });

    test.skipIf(noSchema)("the MPD is valid by the schema of ISO/IEC 23009-1", async () => {
      expect(await validateMpd(join(tree.folder, "manifest.mpd"))).toMatchObject({ code: 0 });
    });

    test.for(["index.m3u8", "manifest.mpd"])("ffmpeg plays %s from beginning to end", async (manifest) => {
      expect(await ffmpeg("-i", join(tree.folder, manifest), "-map", "0", "-f", "null", "-")).toBe("");
    });
  },
);

async function encode(path: string, parameters: readonly string[], { rework }: TestStream): Promise<void> {
  await encodeTransportStream(path, parameters);
  if (rework !== undefined) writeFileSync(path, rework(readFileSync(path)));
}

function isVideo({ codec }: ExpectedTrack): boolean {
  return codec === "h264" || codec === "h265";
}

/**
 * How far, in ticks of 90 kHz, a time may be off where the track's timescale is another: the source rounded this time
 * and that of the first picture to a tick, and sound follows without a seam from a first frame rounded to a sample.
 */
function timeTolerance(expected: ExpectedTrack): number {
  if (expected.timescale === TICKS_PER_SECOND) return 0;
  return 1 + (isVideo(expected) ? 0 : TICKS_PER_SECOND / expected.timescale / 2);
}

/** When presentation begins, on the 90 kHz clock: with the first picture, or where there is none the first frame. */
async function firstPictureTime(input: string, { tracks }: TestStream): Promise<number> {
  const times = await sourceTimes(input, tracks[0]!.stream);
  return times.reduce((first, time) => (ticksBetween(first, time) < 0 ? time : first));
}

function sampleEntry(boxes: readonly Box[]): SampleEntry {
  const stsd = boxAt<Box & { readonly entries: readonly SampleEntry[] }>(boxes, "moov/trak/mdia/minf/stbl/stsd");
  expect(stsd.entries).toHaveLength(1);
  return stsd.entries[0]!;
}
