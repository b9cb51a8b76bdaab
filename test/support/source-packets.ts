import { ffmpeg, runQuietly } from "./run.ts";

/** Times of the packets of one stream in decoding order, on the 90 kHz clock, as ffprobe reads them. */
export async function sourceTimes(file: string, stream: string): Promise<readonly number[]> {
  const entries = ["-select_streams", stream, "-show_entries", "packet=pts", "-of", "csv=p=0"];
  const text = await runQuietly("ffprobe", ["-v", "error", "-correct_ts_overflow", "0", ...entries, file]);
  return text.split("\n").flatMap((line) => (/^\d/.test(line) ? [Number.parseInt(line, 10)] : []));
}

/** MD5 digests of the frames of one audio stream without any transport framing, as ffmpeg splits them. */
export async function sourceFrameDigests(file: string, stream: string, codec: string): Promise<readonly string[]> {
  const unframe = codec === "aac" ? ["-bsf:a", "aac_adtstoasc"] : [];
  return digests(
    await ffmpeg("-copyts", "-i", file, "-map", `0:${stream}`, "-c", "copy", ...unframe, "-f", "framemd5", "-"),
  );
}

/** MD5 digests of the pictures of one video stream as ffmpeg decodes them, in presentation order. */
export async function pictureDigests(file: string, stream: string): Promise<readonly string[]> {
  const output = ["-map", `0:${stream}`, "-fps_mode", "passthrough", "-f", "framemd5", "-"];
  return digests(await ffmpeg("-copyts", "-i", file, ...output));
}

/** The hash is the sixth column; side data may follow. */
function digests(framemd5: string): readonly string[] {
  const lines = framemd5.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return lines.map((line) => line.split(",")[5]!.trim());
}
