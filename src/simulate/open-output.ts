import type { Output, Report } from "./output.ts";
import { parseOutputTarget } from "./output-target.ts";
import { SrtOutput } from "./srt-output.ts";
import { StreamOutput } from "./stream-output.ts";
import { UdpOutput } from "./udp-output.ts";

/**
 * Opens what an output URL names.
 *
 * @throws ConfigError - when the URL is wrong or cannot be opened.
 */
export async function openOutput(url: string, report: Report): Promise<Output> {
  const target = parseOutputTarget(url);
  switch (target.kind) {
    case "udp":
      return UdpOutput.open(url, target, report);
    case "srt":
      return new SrtOutput(target, report);
    case "file":
      return StreamOutput.openFile(url, target.path, report);
    case "stdout":
      return StreamOutput.openStandardOutput(report);
  }
}
