import { Command } from "commander";
import { DEFAULT_DAMAGED, DEFAULT_SEGMENT, SEGMENT_LIMITS } from "../config/defaults.ts";
import { parseDuration } from "../config/duration.ts";
import { parseMqaUuids } from "../config/mqa-uuids.ts";
import type { TimecodeSettings } from "../config/timecode-section.ts";
import { parseInputUrl } from "../input/input-url.ts";
import { defaultQualitySignals } from "../manifest/quality-signals.ts";
import { damageHandlings } from "../package/damage-guard.ts";
import { ConfigError } from "../problem/config-error.ts";
import { problems } from "../problem/problems.ts";
import { defaultQualityOptions } from "../quality/quality-options.ts";
import type { Milliseconds } from "../time/units.ts";
import { parseIsoTime } from "./iso-time.ts";
import { parseWord } from "./parse-word.ts";
import { Progress } from "./progress.ts";
import { TIMECODE_FLAGS } from "./timecode-flags.ts";

type PackageFlags = {
  readonly out: string;
  readonly segment: string;
  readonly start?: string;
  readonly timecode: string;
  readonly utcOffset?: string;
  readonly timeZone?: string;
  readonly numberOffset?: string;
  readonly damaged: string;
  readonly mqaUuid?: readonly string[];
};

const EPOCH = 0 as Milliseconds;

const HELP = `
Several FILEs are several inputs of one channel: renditions of one programme. FILE?program=N takes that programme instead of
the first with video. - is standard input.

DIR then holds what the server would serve: index.m3u8, manifest.mpd, {track}/index.m3u8, {track}/init-{id}.mp4 and
{track}/{number}.m4s, and beside them {track}/segments.jsonl, one line a segment with its quality.

Examples:
  mqa-packager package recording.ts --out out
  mqa-packager package 1080.ts 720.ts 360.ts --out out --segment 1.92s --start 2026-01-01T12:00:00Z
`;

/** The command `package`: the live pipeline over files, as fast as the machine can. */
export function packageCommand(): Command {
  return new Command("package")
    .summary("package transport stream files")
    .description("Package transport stream files into a folder, as fast as the machine can.")
    .argument("<file...>", "transport streams of one programme")
    .requiredOption("-o, --out <dir>", "folder to write to; must be empty or not there yet")
    .option("-s, --segment <duration>", "nominal duration of a segment", DEFAULT_SEGMENT)
    .option(
      "--start <iso-time>",
      "time of the first picture; with SMPTE timecodes only its date counts (default: 1970-01-01)",
    )
    .option("--timecode <source>", "timecodes that tell the time: auto, misb, smpte, none", "auto")
    .option("--utc-offset <+hh:mm>", "how far SMPTE timecodes are ahead of UTC")
    .option("--time-zone <zone>", "whose time of day SMPTE timecodes are, such as Europe/Berlin")
    .option("--number-offset <n>", "added to segment numbers: 0 or 1")
    .option(
      "--damaged <handling>",
      `what becomes of pictures that cannot be decoded: ${damageHandlings.join(", ")}`,
      DEFAULT_DAMAGED,
    )
    .option("--mqa-uuid <uuid...>", "further UUIDs, or beginnings of them, that mark quality SEI messages")
    .addHelpText("after", HELP)
    .action(async (files: readonly string[], flags: PackageFlags) => {
      // Loaded when needed, so that the other commands start without them.
      const { packageFiles } = await import("./package-files.ts");
      const timecode = await parseTimecode(flags);
      const progress = new Progress(process.stderr);
      const result = await packageFiles({
        inputs: files.map((file) => parseFile(file)),
        out: flags.out,
        segmentDuration: parseDuration("--segment", flags.segment, SEGMENT_LIMITS),
        // The epoch itself where nothing is given, so that the same files give the same tree.
        start: flags.start === undefined ? EPOCH : parseIsoTime("--start", flags.start),
        ...timecode,
        quality: { ...defaultQualityOptions, uuids: parseMqaUuids("--mqa-uuid", flags.mqaUuid ?? []) },
        damaged: parseWord("--damaged", flags.damaged, damageHandlings),
        signals: defaultQualitySignals,
        onProgress: (state) => progress.show(state),
      });
      progress.end();
      for (const [code, count] of Object.entries(result.problems)) {
        process.stderr.write(`${code} x ${count}: ${problems[code as keyof typeof problems]}\n`);
      }
      if (result.segments === 0) {
        process.stderr.write("Nothing was packaged: the input holds no picture or sound that can be.\n");
        process.exitCode = 1;
      }
    });
}

async function parseTimecode(flags: PackageFlags): Promise<TimecodeSettings> {
  const { flagSettings, readSettings } = await import("../config/settings.ts");
  const { timecodeSection } = await import("../config/timecode-section.ts");
  const { timecode: source, utcOffset, timeZone, numberOffset } = flags;
  const settings = { source, utcOffset, timeZone, numberOffset };
  return readSettings(timecodeSection, flagSettings(settings, TIMECODE_FLAGS));
}

function parseFile(text: string): { readonly path: string; readonly program?: number } {
  const url = parseInputUrl(text, "FILE");
  if (url.kind === "stdin") return { ...url, path: "-" };
  if (url.kind !== "file") throw new ConfigError("FILE", text, "it must be a file or -; run takes live inputs");
  return url;
}
