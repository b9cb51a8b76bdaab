import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** ffmpeg's name of a video byte stream format. */
export type Format = "h264" | "hevc";

const TIMEOUT_MS = 60_000;

/** Whether ffmpeg and ffprobe can be run; says so where not, since tests are left out then. */
export function hasFfmpeg(): boolean {
  const missing = ["ffmpeg", "ffprobe"].filter((program) => spawnSync(program, ["-version"]).status !== 0);
  if (missing.length > 0)
    console.warn(`left out: tests that compare with ${missing.join(" and ")}, not installed here`);
  return missing.length === 0;
}

/** A stream as an encoder makes it. */
export type Encoded = {
  /** The byte stream. */
  readonly elementary: Uint8Array;
  /** The same pictures in an MP4 file that ffmpeg wrote. */
  readonly mp4: Uint8Array;
};

/**
 * Encodes a test picture.
 *
 * @param source - Of lavfi.
 * @param options - The encoder and its options.
 */
export function encode(format: Format, source: string, options: readonly string[]): Encoded {
  return inFolder((folder) => {
    const [ts, elementary, mp4] = [join(folder, "a.m2ts"), join(folder, "a.es"), join(folder, "a.mp4")];
    run("ffmpeg", ["-f", "lavfi", "-i", source, ...options, "-f", "mpegts", ts]);
    const tag = format === "h264" ? "avc1" : "hvc1";
    run("ffmpeg", ["-i", ts, "-c", "copy", "-f", format, elementary, "-c", "copy", "-tag:v", tag, "-f", "mp4", mp4]);
    return { elementary: readFileSync(elementary), mp4: readFileSync(mp4) };
  });
}

/** What ffprobe prints about the video track of a file. */
export function probe(file: Uint8Array, options: readonly string[] = []): Readonly<Record<string, string | number>> {
  return inFolder((folder) => {
    const path = join(folder, "a");
    writeFileSync(path, file);
    const { stdout } = run("ffprobe", [...options, "-select_streams", "v", "-show_streams", "-of", "json", path]);
    return (JSON.parse(stdout) as { streams: [Record<string, string | number>] }).streams[0];
  });
}

/** One structure of the bitstream, as ffmpeg's own parser read it. */
export type TracedUnit = {
  /** Such as "Sequence Parameter Set". */
  readonly title: string;
  /** Which packet (access unit) it came in. */
  readonly packet: number;
  /** By the standard's name with any index, such as `cbr_flag[0]`. */
  readonly elements: ReadonlyMap<string, number>;
};

/** Every syntax element ffmpeg's trace_headers reads in a byte stream, unit by unit. */
export function traceHeaders(format: Format, elementary: Uint8Array): readonly TracedUnit[] {
  const text = inFolder((folder) => {
    const path = join(folder, "a.es");
    writeFileSync(path, elementary);
    const filter = ["-c", "copy", "-bsf:v", "trace_headers", "-f", "null", "-"];
    return run("ffmpeg", ["-f", format, "-i", path, ...filter], "info").stderr;
  });
  const units: { title: string; packet: number; elements: Map<string, number> }[] = [];
  let packet = -1;
  for (const [, line = ""] of text.matchAll(/^\[trace_headers @ [^\]]+\] (.*)$/gm)) {
    const element = /^\d+ +(\S+) +[01]* = (-?\d+)$/.exec(line);
    if (line.startsWith("Packet: ")) packet++;
    else if (element) units.at(-1)?.elements.set(element[1]!, Number(element[2]));
    else units.push({ title: line, packet, elements: new Map() });
  }
  return units.filter((unit) => unit.packet >= 0); // before the first packet: the extradata, the same once more
}

/** The content of the first box of a type. */
export function boxContent(mp4: Uint8Array, type: string): Uint8Array {
  const at = Buffer.from(mp4.buffer, mp4.byteOffset, mp4.length).indexOf(type, "latin1");
  const size = new DataView(mp4.buffer, mp4.byteOffset + at - 4).getUint32(0);
  return mp4.slice(at + 4, at - 4 + size);
}

/** `log2_max_frame_num_minus4` as `log2MaxFrameNumMinus4`. */
export function camelCase(element: string): string {
  return element.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function run(program: string, options: readonly string[], loglevel = "error"): { stdout: string; stderr: string } {
  const nostdin = program === "ffmpeg" ? ["-nostdin"] : [];
  const result = spawnSync(program, [...nostdin, "-hide_banner", "-v", loglevel, ...options], {
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    maxBuffer: 1 << 28,
  });
  if (result.status !== 0) throw new Error(`${program} ${options.join(" ")}: ${result.stderr.slice(-1000)}`);
  return result;
}

function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "mqa-video-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
