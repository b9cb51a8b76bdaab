import { Command } from "commander";
import {
  DEFAULT_DAMAGED,
  DEFAULT_LISTEN,
  DEFAULT_MISSING,
  DEFAULT_PART,
  DEFAULT_SEGMENT,
  DEFAULT_WINDOW,
} from "../config/defaults.ts";
import type { LoadedConfig } from "../config/load-config.ts";
import { logFormats, logLevels } from "../observe/log-options.ts";
import { damageHandlings } from "../package/damage-guard.ts";
import { ConfigError } from "../problem/config-error.ts";
import { defaultPublishOptions, publishProfileNames } from "../quality/publish-options.ts";
import { missingAnswers } from "../store/segment.ts";
import { HangUps } from "./hang-ups.ts";
import { TIMECODE_FLAGS } from "./timecode-flags.ts";
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
  readonly logLevel?: string;
  readonly logFormat?: string;
};

/** Flags that go with a configuration file. */
type PrintFlag = { readonly printConfig?: true };

/** The flag that sets an option, by the option's path. */
const FLAG_NAMES: Readonly<Record<string, string>> = {
  listen: "--listen",
  identifier: "--identifier",
  "log.level": "--log-level",
  "log.format": "--log-format",
  "quality.uuids": "--mqa-uuid",
  "quality.publish.keyPrefix": "--key-prefix",
  "quality.publish.profiles": "--cmsd-profile",
  "channels[0].name": "--channel",
  "channels[0].inputs": "--input",
  "channels[0].segment": "--segment",
  "channels[0].lowLatency.part": "--part",
  "channels[0].lowLatency.missing": "--missing",
  "channels[0].window": "--window",
  "channels[0].damaged": "--damaged",
  "channels[0].push": "--push",
  ...Object.fromEntries(
    Object.entries(TIMECODE_FLAGS).map(([option, flag]) => [`channels[0].timecode.${option}`, flag]),
  ),
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
    .option("--log-level <level>", `the least that is logged: ${logLevels.join(", ")} (default: info)`)
    .option("--log-format <format>", `how the log is written: ${logFormats.join(", ")} (default: auto)`)
    .option("--print-config", "print the configuration with all defaults, and end")
    .addHelpText("after", HELP)
    .action(async (path: string | undefined, { printConfig, ...flags }: RunFlags & PrintFlag) => {
      // First of all: without it SIGHUP ends the process. With flags alone there is nothing to read again, and that is right.
      const hangUps = path === undefined ? undefined : new HangUps();
      // Loaded when needed, so that the other commands start without an HTTP server.
      const { loadConfigFile } = await import("../config/load-config.ts");
      if (path !== undefined) refuseFlags(flags);
      const load = path === undefined ? () => loadFlags(flags) : async () => loadConfigFile(path, process.env);
      const { config, text } = await load();
      if (printConfig === true) {
        process.stdout.write(text());
        return;
      }
      const { runService } = await import("./service.ts");
      const { openLog } = await import("../observe/log.ts");
      const reload = hangUps && { reload: { hangUps, load: async () => (await load()).config } };
      await runService(config, await openLog(config.log), untilSignal(), reload);
    });
}

function refuseFlags(flags: RunFlags): void {
  const [given, value] = Object.entries(flags)[0] ?? [];
  if (given === undefined) return;
  const flag = given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new ConfigError(
    `--${flag}`,
    value,
    `beside a configuration file only variables (MQA_PACKAGER_…) set something`,
  );
}

async function loadFlags(flags: RunFlags): Promise<LoadedConfig> {
  const { loadConfig } = await import("../config/load-config.ts");
  const { flagSettings } = await import("../config/settings.ts");
  const { lowLatency, part, missing } = flags;
  for (const [option, value] of Object.entries({ part, missing })) {
    if (value !== undefined && lowLatency === undefined)
      throw new ConfigError(`--${option}`, value, "it goes with --low-latency only");
  }
  const channel = {
    name: flags.channel,
    inputs: flags.input,
    segment: flags.segment,
    lowLatency: lowLatency && { part, missing },
    window: flags.window,
    damaged: flags.damaged,
    push: flags.push?.map((url) => ({ url })),
    timecode: {
      source: flags.timecode,
      utcOffset: flags.utcOffset,
      timeZone: flags.timeZone,
      maxClockError: flags.maxClockError,
      wait: flags.timecodeWait,
      numberOffset: flags.numberOffset,
    },
  };
  const settings = {
    listen: flags.listen,
    identifier: flags.identifier,
    log: { level: flags.logLevel, format: flags.logFormat },
    quality: { uuids: flags.mqaUuid, publish: { keyPrefix: flags.keyPrefix, profiles: flags.cmsdProfile } },
    channels: [channel],
  };
  const { MQA_PACKAGER_CHANNELS = "", MQA_PACKAGER_CHANNELS_0_NAME = "" } = process.env;
  const isNamed = MQA_PACKAGER_CHANNELS !== "" || MQA_PACKAGER_CHANNELS_0_NAME !== "";
  const environment = isNamed ? process.env : { ...process.env, MQA_PACKAGER_CHANNELS_0_NAME: "live" };
  return loadConfig(flagSettings(settings, FLAG_NAMES), environment, "given");
}
