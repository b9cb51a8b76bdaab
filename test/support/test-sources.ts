import { ffmpeg } from "./run.ts";

/** Inputs of ffmpeg: a moving test picture. */
export function pictures(size: string, rate: string, seconds: number): readonly string[] {
  return ["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`];
}

/** Inputs of ffmpeg: a stereo tone. */
export function tone(frequency: number, sampleRate: number, seconds: number): readonly string[] {
  const source = `sine=frequency=${frequency}:sample_rate=${sampleRate}:duration=${seconds}`;
  return ["-f", "lavfi", "-i", `${source},aformat=channel_layouts=stereo`];
}

/** Options of the quickest H.264 encoding, with two B-pictures between others and a closed GOP of a fixed length. */
export function h264(gop: number, x264 = ""): readonly string[] {
  const always = `keyint=${gop}:min-keyint=${gop}:scenecut=0:bframes=2:b-adapt=0`;
  return ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-x264-params", joinOptions(always, x264)];
}

/** The same for H.265. */
export function h265(gop: number, x265 = ""): readonly string[] {
  const always = `keyint=${gop}:min-keyint=${gop}:scenecut=0:bframes=2:b-adapt=0:open-gop=0:log-level=error`;
  return ["-c:v", "libx265", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-x265-params", joinOptions(always, x265)];
}

/** Lets ffmpeg make a transport stream of packets of 188 bytes. */
export async function encodeTransportStream(path: string, parameters: readonly string[]): Promise<void> {
  await ffmpeg(...parameters, "-f", "mpegts", "-mpegts_m2ts_mode", "0", path);
}

function joinOptions(...options: readonly string[]): string {
  return options.filter((option) => option !== "").join(":");
}
