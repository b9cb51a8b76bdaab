import { Command } from "commander";
import { withPassphrase } from "../config/credentials.ts";
import { parseDuration } from "../config/duration.ts";
import { parseMqaUuids } from "../config/mqa-uuids.ts";
import { describeInput } from "../input/describe-input.ts";
import { type InputUrl, parseInputUrl } from "../input/input-url.ts";
import { StreamInspector } from "../inspect/stream-inspector.ts";
import { formatReport } from "../inspect/text/format-report.ts";
import { ConfigError } from "../problem/config-error.ts";
import { type Inspected, inspectLive, inspectStream } from "./inspect-source.ts";
import { untilSignal } from "./until-signal.ts";

type InspectFlags = {
  readonly duration?: string;
  readonly program?: string;
  readonly json?: boolean;
  readonly mqaUuid: readonly string[];
};

/** Long enough to see several GOPs and every table. */
const DEFAULT_LIVE_DURATION = "10s";

/** program_number has 16 bits, and 0 is no programme. */
const MAX_PROGRAM = 0xffff;

const HELP = `
Sources:
  PATH, -                            a transport stream file, standard input
  udp://:5000                        UDP or RTP, unicast
  udp://239.1.1.1:5000?interface=ADDRESS&source=ADDRESS   multicast
  srt://:9000                        SRT listener; ?passphrase=... &latency=200ms &streamid=...
  srt://HOST:9000?mode=caller        SRT caller

The exit code is 0 where the source has video or audio that can be packaged, 1 where it has none or sent nothing, and
2 for a command line that cannot work. Ctrl-C ends the inspection and reports what was seen.

Examples:
  mqa-packager inspect recording.m2ts
  mqa-packager inspect srt://:9000 --duration 30s
  mqa-packager inspect udp://239.1.1.1:5000 --program 3 --json
`;

/** The command `inspect`. Its action throws ConfigError for a source or options that cannot work. */
export function inspectCommand(): Command {
  return new Command("inspect")
    .summary("report on a transport stream")
    .description(
      "Report on a transport stream: programmes, tracks, GOPs, timecodes, quality scores and everything that is wrong.",
    )
    .argument("<source>", "file, - (standard input), udp://HOST:PORT or srt://HOST:PORT")
    .option(
      "-d, --duration <duration>",
      `how much to look at (default: ${DEFAULT_LIVE_DURATION} of a live source, all of a file)`,
    )
    .option("-p, --program <number>", "look at this programme instead of the first with video")
    .option("--json", "print the report as JSON")
    .option(
      "--mqa-uuid <uuid>",
      "a further UUID, or its beginning, that marks quality SEI messages; repeatable",
      collect,
      [],
    )
    .addHelpText("after", HELP)
    .action(async (source: string, flags: InspectFlags) => {
      const url = parseInputUrl(withPassphrase("SOURCE", source), "SOURCE");
      const program = flags.program === undefined ? url.program : parseProgram(flags.program);
      const mqaUuids = parseMqaUuids("--mqa-uuid", flags.mqaUuid);
      const inspector = new StreamInspector({ mqaUuids, ...(program !== undefined && { program }) });
      const outcome = await inspect(url, inspector, flags.duration);
      print(describeInput(url), outcome, flags.json === true);
    });
}

async function inspect(url: InputUrl, inspector: StreamInspector, duration: string | undefined): Promise<Inspected> {
  const note = (text: string): void => {
    process.stderr.write(`inspect: ${text}\n`);
  };
  if (url.kind === "file" || url.kind === "stdin") {
    const limit = duration === undefined ? undefined : parseDuration("--duration", duration);
    const path = url.kind === "file" ? url.path : "-";
    return inspectStream(path, inspector, limit, note, untilSignal());
  }
  const limit = parseDuration("--duration", duration ?? DEFAULT_LIVE_DURATION);
  return inspectLive(url, inspector, limit, note, untilSignal());
}

function print(source: string, { report, silence }: Inspected, asJson: boolean): void {
  if (silence !== undefined) {
    process.stderr.write(`inspect: ${silence}\n`);
    process.exitCode = 1;
    return;
  }
  // A reader such as head may have read enough.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  process.stdout.write(asJson ? `${JSON.stringify({ source, ...report }, null, 2)}\n` : formatReport(source, report));
  const hasMedia = report.video.some(({ pictures }) => pictures > 0) || report.audio.some(({ frames }) => frames > 0);
  if (!hasMedia) process.exitCode = 1;
}

function parseProgram(text: string): number {
  const program = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (program < 1 || program > MAX_PROGRAM) {
    throw new ConfigError("--program", text, `it must be a programme number from 1 to ${MAX_PROGRAM}`);
  }
  return program;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
