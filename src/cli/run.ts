import { Command } from "commander";
import { defaultQualitySignals } from "../manifest/quality-signals.ts";
import { damageHandlings } from "../package/damage-guard.ts";
import { ConfigError } from "../problem/config-error.ts";
import { defaultPublishOptions, publishProfileNames } from "../quality/publish-options.ts";
import { defaultQualityOptions } from "../quality/quality-options.ts";
import { missingAnswers } from "../store/segment.ts";
import {
  DEFAULT_DAMAGED,
  DEFAULT_LISTEN,
  DEFAULT_MISSING,
  DEFAULT_PART,
  DEFAULT_SEGMENT,
  DEFAULT_WINDOW,
  parseChannel,
  parseIdentifier,
  parseListen,
} from "./channel-options.ts";
import { parseKeyPrefix, parseProfiles } from "./publish-settings.ts";
import { parseMqaUuids } from "./quality-settings.ts";
import type { RunConfig } from "./run-config.ts";
import { TIMECODE_FLAGS } from "./timecode-settings.ts";
import { untilSignal } from "./until-signal.ts";

type RunFlags = {
  readonly channel?: string;
  readonly input?: readonly string[];
  readonly listen?: string;
  readonly segment?: string;
  readonly lowLatency?: true;
  readonly part?: string;
  readonly missing?: string;
  readonly window?: string;
  readonly damaged?: string;
  readonly push?: readonly string[];
  readonly timecode?: string;
  readonly utcOffset?: string;
  readonly timeZone?: string;
  readonly maxClockError?: string;
  readonly timecodeWait?: string;
  readonly numberOffset?: string;
  readonly mqaUuid?: readonly string[];
  readonly keyPrefix?: string;
  readonly cmsdProfile?: readonly string[];
  readonly identifier?: string;
};

const HELP = `
Inputs:
  srt://:9000                        SRT listener; ?passphrase=... &latency=200ms &streamid=...
  srt://HOST:9000?mode=caller        SRT caller
  udp://:5000                        UDP or RTP, unicast
  udp://239.1.1.1:5000?interface=ADDRESS&source=ADDRESS   multicast
  PATH, -                            a transport stream file, standard input
  ?program=N on any of them takes that programme instead of the first with video.

Examples:
  mqa-packager run --channel news --input srt://:9000
  mqa-packager run --channel news --input udp://:5000 udp://:5001 --segment 1.92s
  mqa-packager run --channel news --input srt://:9000 --segment 1.92s --low-latency --part 0.5s
  mqa-packager run config.yaml
`;

/** The command `run`: live service until SIGTERM or SIGINT. */
export function runCommand(): Command {
  return new Command("run")
    .summary("serve live channels")
    .description("Serve live channels, from a configuration file or from flags alone.")
    .argument("[config]", "configuration file (YAML); flags for one channel instead, not both")
    .option("-c, --channel <name>", "name of the channel in its URLs")
    .option("-i, --input <url...>", "where its transport streams come from; several are renditions of one programme")
    .option("-l, --listen <host:port>", `address to serve HTTP on (default: ${DEFAULT_LISTEN})`)
    .option("-s, --segment <duration>", `nominal duration of a segment (default: ${DEFAULT_SEGMENT})`)
    .option("--low-latency", "publish segments in parts while they are made: LL-HLS and LL-DASH")
    .option("--part <duration>", `what a part should last, with --low-latency (default: ${DEFAULT_PART})`)
    .option(
      "--missing <answer>",
      `what a segment that never came is, with --low-latency: ${missingAnswers.join(", ")} (default: ${DEFAULT_MISSING})`,
    )
    .option("-w, --window <duration>", `how much of the past the manifests list (default: ${DEFAULT_WINDOW})`)
    .option(
      "--damaged <handling>",
      `what becomes of pictures that cannot be decoded: ${damageHandlings.join(", ")} (default: ${DEFAULT_DAMAGED})`,
    )
    .option(
      "--push <url...>",
      "DASH live ingest receivers that each segment is sent to, with its quality in CMCD headers",
    )
    .option("--timecode <source>", "timecodes that tell the time: auto, misb, smpte, none (default: auto)")
    .option("--utc-offset <+hh:mm>", "how far SMPTE timecodes are ahead of UTC (default: +00:00)")
    .option("--time-zone <zone>", "whose time of day SMPTE timecodes are, such as Europe/Berlin")
    .option("--max-clock-error <duration>", "how far timecodes may lie from this machine's clock (default: 120s)")
    .option("--timecode-wait <duration>", "how long to wait for a timecode at the start, or forever (default: 0s)")
    .option("--number-offset <n>", "added to segment numbers: 0 or 1 (default: 0)")
    .option("--mqa-uuid <uuid...>", "further UUIDs, or beginnings of them, that mark quality SEI messages")
    .option(
      "--key-prefix <prefix>",
      `what quality keys in CMSD begin with (default: ${defaultPublishOptions.keyPrefix})`,
    )
    .option("--cmsd-profile <name...>", `how headers give quality: ${publishProfileNames.join(", ")} (default: keys)`)
    .option(
      "--identifier <text>",
      `who this packager is, the key n in CMSD (default: ${defaultPublishOptions.identifier})`,
    )
    .addHelpText("after", HELP)
    .action(async (path: string | undefined, flags: RunFlags) => {
      const config = path === undefined ? configOfFlags(flags) : await configOfFile(path, flags);
      // Loaded when needed, so that the other commands start without an HTTP server.
      const { runService } = await import("./service.ts");
      const { openLog } = await import("../observe/log.ts");
      await runService(config, openLog("info"), untilSignal());
    });
}

async function configOfFile(path: string, flags: RunFlags): Promise<RunConfig> {
  const given = Object.keys(flags)[0];
  if (given !== undefined) {
    throw new ConfigError(`--${given}`, path, "with a configuration file everything is set in the file");
  }
  const { loadRunConfig } = await import("./run-config.ts");
  return loadRunConfig(path);
}

function configOfFlags(flags: RunFlags): RunConfig {
  const inputs = flags.input ?? [];
  if (inputs.length === 0) {
    throw new ConfigError("--input", undefined, "at least one URL is needed, or a configuration file instead");
  }
  const { lowLatency, part, missing } = flags;
  for (const [option, value] of Object.entries({ part, missing })) {
    if (value !== undefined && lowLatency === undefined)
      throw new ConfigError(`--${option}`, value, "it goes with --low-latency only");
  }
  const channel = parseChannel(
    "--",
    {
      name: flags.channel ?? "live",
      inputs,
      segment: flags.segment ?? DEFAULT_SEGMENT,
      lowLatency: lowLatency && { part: part ?? DEFAULT_PART, missing: missing ?? DEFAULT_MISSING },
      window: flags.window ?? DEFAULT_WINDOW,
      damaged: flags.damaged,
      push: flags.push?.map((url) => ({ url })) ?? [],
      timecode: {
        source: flags.timecode,
        utcOffset: flags.utcOffset,
        timeZone: flags.timeZone,
        maxClockError: flags.maxClockError,
        wait: flags.timecodeWait,
        numberOffset: flags.numberOffset,
      },
    },
    {
      name: "channel",
      input: "input",
      part: "part",
      missing: "missing",
      damaged: "damaged",
      push: "push",
      timecode: TIMECODE_FLAGS,
    },
  );
  const publish = {
    ...defaultPublishOptions,
    identifier: parseIdentifier("--identifier", flags.identifier ?? defaultPublishOptions.identifier),
    keyPrefix: parseKeyPrefix("--key-prefix", flags.keyPrefix ?? defaultPublishOptions.keyPrefix),
    profiles: parseProfiles("--cmsd-profile", flags.cmsdProfile ?? defaultPublishOptions.profiles),
  };
  return {
    listen: parseListen("--listen", flags.listen ?? DEFAULT_LISTEN),
    quality: { ...defaultQualityOptions, uuids: parseMqaUuids("--mqa-uuid", flags.mqaUuid ?? []) },
    publish,
    signals: { ...defaultQualitySignals, publish },
    channels: [channel],
  };
}
