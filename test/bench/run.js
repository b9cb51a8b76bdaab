/**
 * `npm run bench`: what packaging a recording costs, against `ffmpeg -c copy` to HLS with fragmented MP4 on the same file.
 *
 *     node test/bench/run.js [--runs N] [--megabytes N]
 *
 * Both run in turn, as whole processes, and are compared pair by pair, since machines change their speed. Needs a build
 * (`npm run build`), ffmpeg with libx264, and GNU time. Writes bench-results/package.json.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const MAIN = join(ROOT, "dist/main.js");
const TIME = "/usr/bin/time";
/** Whatever happens, no further pair starts after this long, and no process runs longer than its own bound. */
const TOTAL_MS = 10 * 60_000;
const RUN_MS = 2 * 60_000;

/** A picture that moves everywhere and some noise: 5 Mb/s are used, as by a camera. */
const CLIP = [
  ...[
    "-f",
    "lavfi",
    "-i",
    "testsrc2=size=1280x720:rate=50,noise=alls=20:allf=t",
    "-f",
    "lavfi",
    "-i",
    "sine=sample_rate=48000",
  ],
  ...["-t", "5", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50", "-keyint_min", "50"],
  ...["-b:v", "4700k", "-maxrate", "4700k", "-bufsize", "4700k", "-c:a", "aac", "-b:a", "128k", "-f", "mpegts"],
];

const { values } = parseArgs({ options: { runs: { type: "string" }, megabytes: { type: "string" } } });
const runs = positive("--runs", values.runs ?? "7");
const megabytes = positive("--megabytes", values.megabytes ?? "400");

const missing = whatIsMissing();
if (missing === undefined) bench();
else console.log(`Nothing was measured: ${missing}`);

function bench() {
  const ramDisk = existsSync("/dev/shm") ? "/dev/shm" : undefined;
  const needed = megabytes * 1e6 * 2.3;
  const place = [ramDisk, tmpdir()].find((path) => path !== undefined && freeBytes(path) > needed);
  if (place === undefined) {
    console.log(`Nothing was measured: neither /dev/shm nor ${tmpdir()} has ${Math.round(needed / 1e6)} MB to spare.`);
    return;
  }
  const folder = mkdtempSync(join(place, "mqa-packager-bench-"));
  const cleanUp = () => rmSync(folder, { recursive: true, force: true });
  process.once("SIGINT", () => {
    cleanUp();
    process.exit(130);
  });
  try {
    const input = makeInput(folder);
    const pairs = measure(folder, input);
    report(pairs, { input: statSync(input).size, ramDisk: place === ramDisk });
  } finally {
    cleanUp();
  }
}

function whatIsMissing() {
  if (!existsSync(MAIN)) return "there is no dist/main.js; npm run build makes it.";
  if (spawnSync("ffmpeg", ["-version"]).error !== undefined) return "ffmpeg is not installed.";
  if (!existsSync(TIME)) return `${TIME} (GNU time) is not installed.`;
  return undefined;
}

/** A clip, looped until it is as long as asked for. */
function makeInput(folder) {
  const clip = join(folder, "clip.ts");
  const input = join(folder, "input.ts");
  run("ffmpeg", ["-v", "error", ...CLIP, clip]);
  run("ffmpeg", [
    "-v",
    "error",
    "-stream_loop",
    "-1",
    "-i",
    clip,
    "-c",
    "copy",
    "-fs",
    `${megabytes * 1e6}`,
    "-f",
    "mpegts",
    input,
  ]);
  return input;
}

function measure(folder, input) {
  const out = join(folder, "out");
  const ours = () => [process.execPath, MAIN, "package", input, "--out", out];
  const theirs = () => {
    mkdirSync(out);
    const hls = [
      "-bsf:a",
      "aac_adtstoasc",
      "-f",
      "hls",
      "-hls_segment_type",
      "fmp4",
      "-hls_time",
      "2",
      "-hls_playlist_type",
      "vod",
    ];
    return ["ffmpeg", "-v", "error", "-i", input, "-c", "copy", ...hls, join(out, "index.m3u8")];
  };
  const once = (command) => {
    const figures = timed(folder, command());
    rmSync(out, { recursive: true });
    return figures;
  };
  // What is not counted: files and programs have to be in memory.
  once(ours);
  once(theirs);
  const started = Date.now();
  const pairs = [];
  while (pairs.length < runs && Date.now() - started < TOTAL_MS) pairs.push({ ours: once(ours), ffmpeg: once(theirs) });
  return pairs;
}

/** Runs a command as a whole process; seconds and MiB. */
function timed(folder, command) {
  const figures = join(folder, "figures");
  run(TIME, ["-f", "%U %S %e %M", "-o", figures, ...command]);
  const [user, system, wall, kibibytes] = readFileSync(figures, "utf8").trim().split(/\s+/).map(Number);
  return { cpu: user + system, user, system, wall, peak: kibibytes / 1024 };
}

function run(command, args) {
  const { status, stderr, error } = spawnSync(command, args, { timeout: RUN_MS, encoding: "utf8" });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`);
}

function report(pairs, { input, ramDisk }) {
  const rows = [
    ["CPU s", "cpu"],
    ["user s", "user"],
    ["system s", "system"],
    ["wall s", "wall"],
    ["peak MiB", "peak"],
  ].map(([label, key]) => {
    const ours = pairs.map((pair) => pair.ours[key]);
    const ffmpeg = pairs.map((pair) => pair.ffmpeg[key]);
    const ratios = pairs.map((pair) => pair.ours[key] / pair.ffmpeg[key]);
    return [label, ...[ours, ffmpeg, ratios].flatMap((all) => [Math.min(...all), median(all)])];
  });
  const machine = `${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} processors, Node ${process.version}`;
  console.log(
    `${Math.round(input / 1e6)} MB on ${ramDisk ? "a RAM disk" : "a disk"}, ${pairs.length} pairs; ${machine}\n`,
  );
  console.log(["", "package", "", "ffmpeg", "", "ratio", ""].map((text) => text.padStart(10)).join(""));
  console.log(["", "min", "median", "min", "median", "min", "median"].map((text) => text.padStart(10)).join(""));
  for (const [label, ...figures] of rows) {
    console.log([label, ...figures.map((figure) => figure.toFixed(2))].map((text) => text.padStart(10)).join(""));
  }
  const results = join(ROOT, "bench-results");
  mkdirSync(results, { recursive: true });
  const date = new Date().toISOString();
  writeFileSync(
    join(results, "package.json"),
    `${JSON.stringify({ date, machine, input, ramDisk, pairs }, null, 2)}\n`,
  );
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function freeBytes(path) {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

function positive(name, text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name} must be a whole number from 1 on, not ${text}`);
  return value;
}
