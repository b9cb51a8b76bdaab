import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { AudioAccessUnit, DemuxEvent, PesPacket } from "../../src/demux/access-unit.ts";
import { AudioAssembler } from "../../src/demux/audio-assembler.ts";
import type { AudioConfiguration } from "../../src/demux/track-configuration.ts";
import type { Problem } from "../../src/problem/problem.ts";
import type { Ticks } from "../../src/time/units.ts";

/** The PID of every stream in these tests. */
export const PID = 0x101;

/** What an assembler made of some PES packets. */
export type Assembled = { readonly units: readonly AudioAccessUnit[]; readonly problems: readonly Problem[] };

/** Runs ffmpeg with files of a folder of its own, which is gone afterwards; `outputs` are returned. */
export function ffmpeg(
  args: readonly string[],
  outputs: readonly string[],
  inputs: Record<string, Uint8Array> = {},
): Uint8Array[] {
  const folder = mkdtempSync(join(tmpdir(), "audio-"));
  try {
    for (const [name, bytes] of Object.entries(inputs)) writeFileSync(join(folder, name), bytes);
    execFileSync("ffmpeg", ["-v", "error", "-nostdin", "-y", ...args], {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    return outputs.map((name) => new Uint8Array(readFileSync(join(folder, name))));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A tone of rising pitch with noise, so that frames of a variable rate differ in size. */
export function tone(sampleRate: number, channels: number, seconds: number): string[] {
  const source = `aevalsrc=0.4*sin(t*t*900)+0.05*random(0):s=${sampleRate}:d=${seconds}`;
  return ["-f", "lavfi", "-i", source, "-ac", String(channels)];
}

/** Size and PTS of every packet that ffprobe finds in a file. */
export function probePackets(
  name: string,
  bytes: Uint8Array,
): readonly { readonly size: number; readonly pts: number }[] {
  const folder = mkdtempSync(join(tmpdir(), "audio-"));
  try {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const args = ["-v", "error", "-select_streams", "a", "-show_entries", "packet=pts,size", "-of", "json", path];
    const { packets } = JSON.parse(execFileSync("ffprobe", args, { encoding: "utf8", stdio: "pipe" })) as {
      packets: { size: string; pts?: number }[];
    };
    return packets.map(({ size, pts }) => ({ size: Number(size), pts: pts ?? Number.NaN }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Content of the first box of this type, found by its name. */
export function boxContent(file: Uint8Array, type: string): Uint8Array {
  const name = new TextEncoder().encode(type);
  const at = file.findIndex((_, index) => name.every((byte, offset) => file[index + offset] === byte));
  if (at < 4) throw new Error(`no ${type} box`);
  const size = new DataView(file.buffer, file.byteOffset + at - 4).getUint32(0);
  return file.subarray(at + 4, at - 4 + size);
}

/** One PES packet that continues the one before it. */
export function pes(payload: Uint8Array, pts?: number, fields: Partial<PesPacket> = {}): PesPacket {
  return {
    pts: pts as Ticks | undefined,
    dts: pts as Ticks | undefined,
    payload,
    gapBefore: false,
    truncated: false,
    ...fields,
  };
}

/** A stream in PES packets that end at these places; the first has a PTS of 0. */
export function cut(bytes: Uint8Array, ends: readonly number[]): readonly PesPacket[] {
  const sorted = [...ends].sort((a, b) => a - b);
  return [...sorted, bytes.length].map((end, index) =>
    pes(bytes.subarray(sorted[index - 1] ?? 0, end), index === 0 ? 0 : undefined),
  );
}

/** Places to cut a stream at: some anywhere, some a few bytes apart. */
export function cuts(length: number): fc.Arbitrary<readonly number[]> {
  const place = fc.integer({ min: 1, max: length });
  const cluster = fc
    .tuple(place, fc.integer({ min: 1, max: 20 }))
    .map(([from, count]) => Array.from({ length: count }, (_, index) => Math.min(from + index, length)));
  return fc.tuple(fc.array(place, { maxLength: 200 }), fc.array(cluster, { maxLength: 3 })).map((all) => all.flat(2));
}

/** Sends PES packets through an assembler of its own, to the end. */
export function assemble(codec: AudioConfiguration["codec"], packets: readonly PesPacket[]): Assembled {
  const assembler = new AudioAssembler(PID, codec);
  return sort([...packets.flatMap((packet) => assembler.push(packet)), ...assembler.flush()]);
}

/** Events by kind; one that no audio assembler makes is an error. */
export function sort(events: readonly DemuxEvent[]): Assembled {
  const units: AudioAccessUnit[] = [];
  const problems: Problem[] = [];
  for (const event of events) {
    if (event.kind === "problem") problems.push(event.problem);
    else if (event.kind === "access-unit" && event.unit.kind === "audio") units.push(event.unit);
    else throw new Error(`unexpected event ${event.kind}`);
  }
  return { units, problems };
}
