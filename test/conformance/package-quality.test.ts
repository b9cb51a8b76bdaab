import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { decodeCmsdStatic } from "@svta/cml-cmsd";
import { beforeAll, describe, expect, test } from "vitest";
import { OWN_MQA_UUID } from "../../src/sei/mqa-uuid.ts";
import { counts } from "../quality/records.ts";
import {
  type InsertedMessage,
  insertSei,
  multiplex,
  seiUnits,
  splitNalUnits,
  splitSample,
} from "../support/byte-stream.ts";
import { lacking } from "../support/lacking.ts";
import { joined, readTree, type TreeTrack } from "../support/output-tree.ts";
import { packager } from "../support/packager.ts";
import { ffmpeg, runQuietly } from "../support/run.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { h264, h265, pictures } from "../support/test-sources.ts";

const GOP = 25;
const SECONDS = 4;
const USER_DATA_REGISTERED = 4;
const USER_DATA_UNREGISTERED = 5;

/** The public prefix of SVTA2128's UUID, the rest made up. */
const SVTA_UUID = "9a21f10c-3a38-4b4e-a123-456789abcdef";
const CONFIGURED_UUID = "00112233-4455-6677-8899-aabbccddeeff";
/** x264 marks its settings with it. */
const FOREIGN_UUID = "dc45e9bd-e6d9-48b7-962c-d820d923eeef";

type Scores = { readonly "mqa-video": number; readonly psnr: number; readonly ssim: number; readonly errors: number };

/** What the encoder says of a picture; nothing of every seventh. */
function scoresOf(picture: number): Scores | undefined {
  if (picture % 7 === 3) return undefined;
  return {
    "mqa-video": 20 + ((picture * 37) % 80),
    psnr: 30 + ((picture * 13) % 170) / 10,
    ssim: (90 + (picture % 10)) / 100,
    errors: picture % 3 === 0 ? 2 : 0,
  };
}

const asDictionary = (scores: Scores): string =>
  ["scope=frame", ...Object.entries(scores).map(([name, value]) => `${name}=${value}`)].join(", ");
const asJson = (scores: Scores): string =>
  JSON.stringify({
    scope: "frame",
    ...Object.fromEntries(Object.entries(scores).map(([name, value]) => [name.toUpperCase(), value])),
  });

function scoreMessages(
  uuid: string,
  write: (scores: Scores) => string,
): (picture: number) => readonly InsertedMessage[] {
  const id = Buffer.from(uuid.replaceAll("-", ""), "hex");
  return (picture) => {
    const scores = scoresOf(picture);
    if (scores === undefined) return [];
    return [{ type: USER_DATA_UNREGISTERED, payload: Buffer.concat([id, Buffer.from(write(scores))]) }];
  };
}

/** What CMSD must say of the pictures of one segment, worked out here once more. */
function expectedKeys(first: number, count: number): Record<string, number> {
  const scored = Array.from({ length: count }, (_, i) => scoresOf(first + i)).filter((scores) => scores !== undefined);
  const mean = (name: keyof Scores): number => scored.reduce((sum, scores) => sum + scores[name], 0) / scored.length;
  const round = (value: number, decimals: number): number => Math.round(value * 10 ** decimals) / 10 ** decimals;
  return {
    "org.svta.mqa-video": round(mean("mqa-video"), 0),
    "org.svta.mqa-psnr": round(mean("psnr"), 2),
    "org.svta.mqa-ssim": round(mean("ssim") * 100, 2),
    "org.svta.mqa-errors": scored.reduce((sum, { errors }) => sum + errors, 0),
    "org.svta.mqa-n": scored.length,
  };
}

/** Two captions of one picture; the zeros need emulation prevention. */
function captions(picture: number): InsertedMessage {
  const pairs = [0xfc, 0x80 | (picture & 0x7f), 0x80, 0xfd, 0, 0, 0xfa, 0, 0];
  const header = [0xb5, 0, 0x31, ...Buffer.from("GA94"), 3, 0x40 | (pairs.length / 3), 0xff];
  return { type: USER_DATA_REGISTERED, payload: Uint8Array.from([...header, ...pairs, 0xff]) };
}

describe.skipIf(lacking("ffmpeg", "ffprobe")).each([
  ["h264", h264(GOP, "bframes=0")],
  ["hevc", h265(GOP, "bframes=0")],
] as const)("%s", (format, encoder) => {
  const folder = temporaryFolder();
  const plain = join(folder, "plain.es");
  let packaged = 0;

  beforeAll(async () => {
    await ffmpeg(...pictures("160x96", "25", SECONDS), ...encoder, "-f", format, plain);
  });

  /** Packages the pictures with these messages before them; what went in, and the track that came out. */
  async function packageWith(
    messagesOf: (picture: number) => readonly InsertedMessage[],
    ...options: readonly string[]
  ): Promise<{ readonly source: Uint8Array; readonly track: TreeTrack }> {
    const place = join(folder, `${packaged++}`);
    const source = insertSei(format, readFileSync(plain), messagesOf);
    writeFileSync(`${place}.es`, source);
    await multiplex(format, "25", `${place}.es`, `${place}.m2ts`);
    const outcome = await packager("package", `${place}.m2ts`, "--out", place, "--segment", "1s", ...options);
    expect(outcome).toEqual({ code: 0, stdout: "", stderr: "" });
    return { source, track: readTree(place).tracks[0]! };
  }

  test.for<[name: string, uuid: string, write: (scores: Scores) => string, options: readonly string[]]>([
    ["a dictionary after the SVTA's UUID", SVTA_UUID, asDictionary, []],
    ["JSON after the SVTA's UUID", SVTA_UUID, asJson, []],
    ["a dictionary after the project's UUID", OWN_MQA_UUID, asDictionary, []],
    ["JSON after a configured UUID", CONFIGURED_UUID, asJson, ["--mqa-uuid", CONFIGURED_UUID]],
  ])("scores of each picture in %s come out as the mean of each segment", async ([, uuid, write, options]) => {
    const { track } = await packageWith(scoreMessages(uuid, write), ...options);
    expect(track.ledger).toHaveLength(SECONDS);
    for (const [i, { cmsd, quality }] of track.ledger.entries()) {
      const expected = expectedKeys(i * GOP, GOP);
      expect(mqaKeys(cmsd)).toEqual(expected);
      expect(quality.pictures).toEqual(counts(GOP, { scored: expected["org.svta.mqa-n"]! }));
    }
  });

  test.for([
    ["a UUID of somebody else", FOREIGN_UUID],
    ["a UUID that was not configured", CONFIGURED_UUID],
  ])("scores after %s are none of ours", async ([, uuid]) => {
    const { track } = await packageWith(scoreMessages(uuid!, asDictionary));
    for (const { cmsd, quality } of track.ledger) {
      expect(mqaKeys(cmsd)).toEqual({ "org.svta.mqa-errors": 0 });
      expect(quality).toMatchObject({ metrics: {}, pictures: { scored: 0 } });
    }
  });

  test("captions, unknown messages and scores are in the output byte for byte, and ffprobe finds the captions", async () => {
    const scores = scoreMessages(SVTA_UUID, asJson);
    const { source, track } = await packageWith((picture) => [
      captions(picture),
      ...scores(picture),
      { type: 200, payload: Uint8Array.of(0, 0, 1, 0, 0, 3, picture) },
    ]);
    const samples = track.segments.flatMap(({ fragment }) => fragment.samples);
    const sourceSei = seiUnits(format, splitNalUnits(source));
    expect(sourceSei.length).toBeGreaterThanOrEqual(GOP * SECONDS);
    expect(samples.flatMap(({ bytes }) => seiUnits(format, splitSample(bytes)))).toEqual(sourceSei);

    const whole = join(folder, "captions.mp4");
    writeFileSync(whole, joined(track, track.inits[0]!, track.segments));
    expect(await captionedPictures(whole)).toBe(GOP * SECONDS);
  });
});

function mqaKeys(cmsd: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(decodeCmsdStatic(cmsd)).filter(([key]) => key.startsWith("org.svta.mqa")));
}

/** How many decoded pictures ffprobe finds captions with. */
async function captionedPictures(file: string): Promise<number> {
  const text = await runQuietly("ffprobe", ["-v", "error", "-show_frames", "-of", "json", file]);
  const { frames } = JSON.parse(text) as {
    readonly frames: readonly { readonly side_data_list?: readonly { readonly side_data_type: string }[] }[];
  };
  return frames.filter(({ side_data_list = [] }) =>
    side_data_list.some(({ side_data_type }) => side_data_type === "ATSC A53 Part 4 Closed Captions"),
  ).length;
}
