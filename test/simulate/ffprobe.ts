import { execFileSync } from "node:child_process";

/** What ffprobe says of a file, as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: another program's output, whose shape each test states by what it expects
export function ffprobe(file: string, ...options: string[]): any {
  const text = execFileSync("ffprobe", ["-v", "error", ...options, "-of", "json", file], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(text);
}

/** Everything ffmpeg complains about when it decodes all streams of a file. */
export function decodeErrors(file: string): string {
  const command = `ffmpeg -v warning -i '${file}' -map 0 -f null - 2>&1`;
  return execFileSync("sh", ["-c", command], { encoding: "utf8" });
}
