import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TIMEOUT = 30_000;
const TEST_PICTURES = ["-f", "lavfi", "-i", "testsrc2=size=128x96:rate=25", "-frames:v", "12"];

/** A small H.264 or H.265 byte stream of 12 pictures, as FFmpeg's encoders make it with these options. */
export function encode(codec: "h264" | "hevc", encoding: readonly string[]): Uint8Array {
  const encoder = codec === "h264" ? "libx264" : "libx265";
  const output = ["-c:v", encoder, "-pix_fmt", "yuv420p", ...encoding, "-f", codec, "pipe:1"];
  const options = ["-nostdin", "-v", "error", ...TEST_PICTURES, ...output];
  return new Uint8Array(execFileSync("ffmpeg", options, { timeout: TIMEOUT, stdio: ["ignore", "pipe", "pipe"] }));
}

/** The timecodes that ffprobe finds with each picture of a byte stream. */
export function probeTimecodes(codec: "h264" | "hevc", stream: Uint8Array): readonly (readonly string[])[] {
  const result = runOn(stream, "ffprobe", (path) => ["-v", "error", "-f", codec, "-show_frames", "-of", "json", path]);
  type SideData = { readonly timecodes?: readonly { readonly value: string }[] };
  const { frames } = JSON.parse(result.stdout) as {
    frames: readonly { readonly side_data_list?: readonly SideData[] }[];
  };
  return frames.map(({ side_data_list = [] }) =>
    side_data_list.flatMap(({ timecodes = [] }) => timecodes.map(({ value }) => value)),
  );
}

/** Every syntax element that FFmpeg's trace_headers reads in a byte stream, in order, as `[name, value]`. */
export function traceSyntax(codec: "h264" | "hevc", stream: Uint8Array): readonly (readonly [string, number])[] {
  const result = runOn(stream, "ffmpeg", (path) => {
    return [
      "-nostdin",
      "-hide_banner",
      "-f",
      codec,
      "-i",
      path,
      "-c",
      "copy",
      "-bsf:v",
      "trace_headers",
      "-f",
      "null",
      "-",
    ];
  });
  const lines = result.stderr.matchAll(/\] \d+ +([a-z]\w*)(?:\[\d+\])* +[01]* = (-?\d+)$/gm);
  return Array.from(lines, ([, name, value]) => [name ?? "", Number(value)] as const);
}

function runOn(stream: Uint8Array, program: string, options: (path: string) => readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "mqa-sei-"));
  try {
    const path = join(folder, "stream.bin");
    writeFileSync(path, stream);
    const result = spawnSync(program, options(path), { encoding: "utf8", timeout: TIMEOUT, maxBuffer: 1 << 26 });
    if (result.status !== 0) throw new Error(`${program} ended with ${result.status}: ${result.stderr.slice(-500)}`);
    return result;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
