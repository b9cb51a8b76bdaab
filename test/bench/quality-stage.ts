/**
 * What reading, pooling and scoring cost, as a share of all that packaging in memory costs: run by `quality.js`.
 *
 * The same stream, whose pictures all carry scores, is packaged in turn with the scores read and with none of them known; the
 * header of each segment is made in both.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChannelPipeline } from "../../src/pipeline.ts";
import { segmentHeaders } from "../../src/quality/publish-headers.ts";
import { defaultPublishOptions } from "../../src/quality/publish-options.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import { writeMqa } from "../../src/sei/mqa.ts";
import { OWN_MQA_UUID } from "../../src/sei/mqa-uuid.ts";
import { payloadTypes } from "../../src/sei/payload-types.ts";
import { parseUuid } from "../../src/sei/user-data-unregistered.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { insertSei } from "../support/byte-stream.ts";
import { ffmpeg } from "../support/run.ts";

const RATE = 50;
const SECONDS = 5;
const LOOPS = 12;
const RUNS = 200;
const CHUNK_BYTES = 1 << 16;

/** As an encoder sends them. */
function scoresOf(picture: number): Uint8Array {
  const values = new Map([
    ["mqa-video", 70 + (picture % 30)],
    ["vmaf", 60 + ((picture * 37) % 4000) / 100],
    ["psnr", 38 + ((picture * 13) % 900) / 100],
    ["ssim", 0.9 + (picture % 100) / 1000],
  ] as const);
  return writeMqa(parseUuid(OWN_MQA_UUID), "frame", values);
}

async function makeStream(folder: string): Promise<Uint8Array> {
  const [plain, scored, once, all] = ["plain.h264", "scored.h264", "once.m2ts", "all.m2ts"].map((n) =>
    join(folder, n),
  ) as [string, string, string, string];
  const source = `testsrc2=size=1280x720:rate=${RATE},noise=alls=20:allf=t`;
  const encoder = [
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-pix_fmt",
    "yuv420p",
    "-bf",
    "0",
    "-g",
    "50",
    "-keyint_min",
    "50",
  ];
  const rate = ["-b:v", "4700k", "-maxrate", "4700k", "-bufsize", "4700k"];
  await ffmpeg("-f", "lavfi", "-i", source, "-t", String(SECONDS), ...encoder, ...rate, plain);
  const type = payloadTypes.userDataUnregistered;
  writeFileSync(
    scored,
    insertSei("h264", readFileSync(plain), (picture) => [{ type, payload: scoresOf(picture) }]),
  );
  const sound = ["-f", "lavfi", "-i", "sine=sample_rate=48000", "-c:v", "copy", "-c:a", "aac", "-b:a", "128k"];
  const mux = ["-f", "mpegts", "-mpegts_m2ts_mode", "0"];
  await ffmpeg("-r", String(RATE), "-i", scored, ...sound, "-t", String(SECONDS), ...mux, once);
  await ffmpeg("-stream_loop", String(LOOPS), "-i", once, "-c", "copy", ...mux, all);
  return readFileSync(all);
}

/** Packages everything and keeps nothing. */
function packageAll(stream: Uint8Array, readsScores: boolean): number {
  const quality = readsScores ? defaultQualityOptions : { ...defaultQualityOptions, uuids: [] };
  const pipeline = new ChannelPipeline({
    ...{ name: "bench", segmentDuration: 2000 as Milliseconds, joinsLive: false, retainBodies: false },
    ...{ programs: [undefined], start: 0 as Milliseconds, quality },
    onProblem: () => {},
  });
  let scored = 0;
  pipeline.store.onPublish((_, segment) => {
    scored += segment.quality.pictures.scored;
    segmentHeaders(segment, defaultPublishOptions, true);
  });
  for (let at = 0; at < stream.length; at += CHUNK_BYTES) pipeline.push(0, stream.subarray(at, at + CHUNK_BYTES));
  pipeline.end(0);
  return scored;
}

function cpuMilliseconds(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

const folder = mkdtempSync(join(tmpdir(), "mqa-packager-bench-"));
try {
  const stream = await makeStream(folder);
  const scored = packageAll(stream, true);
  packageAll(stream, false);
  const pairs: { readonly share: number; readonly extra: number }[] = [];
  for (let run = 0; run < RUNS; run++) {
    const without = cpuMilliseconds(() => packageAll(stream, false));
    const extra = cpuMilliseconds(() => packageAll(stream, true)) - without;
    pairs.push({ share: extra / without, extra });
  }
  const share = median(pairs.map((pair) => pair.share)) * 100;
  const micros = (median(pairs.map(({ extra }) => extra)) * 1000) / scored;
  console.log(
    `Quality adds ${share.toFixed(1)} % to packaging in memory: ${micros.toFixed(2)} us a picture (medians of ${RUNS} pairs, ${scored} scored pictures)`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
