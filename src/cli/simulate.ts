import { Command } from "commander";
import { withPassphrase } from "../config/credentials.ts";
import { parseDuration } from "../config/duration.ts";
import { ConfigError } from "../problem/config-error.ts";
import { OUTPUT_FORMS } from "../simulate/output-target.ts";
import { scoreSyntaxes } from "../simulate/score-messages.ts";
import { runSimulation } from "../simulate/simulate.ts";
import { simulatedRates } from "../simulate/simulated-rates.ts";
import { DEFAULT_METRICS } from "../simulate/simulated-scores.ts";
import type { SimulationOptions } from "../simulate/simulation-options.ts";
import type { Rational } from "../time/rational.ts";
import type { Milliseconds } from "../time/units.ts";
import { parseFault } from "./fault-option.ts";
import { parseIsoTime } from "./iso-time.ts";
import { addRainOptions, parseControl, parseRainFlags, type RainFlags } from "./rain-options.ts";
import { parseScoreFlags, SCORE_SCOPES, type ScoreFlags } from "./score-options.ts";
import { SIMULATE_HELP } from "./simulate-help.ts";
import { untilSignal } from "./until-signal.ts";

type SimulateFlags = RainFlags &
  ScoreFlags & {
    readonly out: readonly string[];
    readonly sample?: string;
    readonly rate?: string;
    readonly dropFrame: boolean;
    readonly labelPairs?: true;
    readonly start?: string;
    readonly duration?: string;
    readonly fast?: true;
    readonly split?: true;
    readonly ptsOrigin?: readonly string[];
    readonly fault?: readonly string[];
    readonly control?: string;
    readonly damageReport?: string;
  };

/** A year. */
const DURATION_LIMITS = { min: 1 as Milliseconds, max: 31_536_000_000 as Milliseconds };

const RATES: string = [...simulatedRates.keys()].join(", ");

/** The command `simulate`. Its action throws ConfigError for options that cannot work. */
export function simulateCommand(): Command {
  const command = new Command("simulate")
    .summary("send a live test stream")
    .description(
      "Play a sample in a loop for ever as a live encoder would: time stamps never break, " +
        "every picture has a timecode and quality scores.",
    )
    .requiredOption("-o, --out <url...>", `where to send to; one or more of ${OUTPUT_FORMS}`)
    .option(
      "-s, --sample <file>",
      "transport stream to play: H.264 and AAC, closed GOPs (default: one of the project's that suits the rate)",
    )
    .option("-r, --rate <rate>", `pictures a second: ${RATES} (default: those of the sample)`)
    .option("--no-drop-frame", "timecodes at 29.97 and 59.94 leave out no labels, and fall behind the time of day")
    .option("--label-pairs", "above 30 pictures a second timecodes count pairs of pictures")
    .option("--start <iso-time>", "the stream's time when it starts (default: now)")
    .option("--duration <duration>", "end after so much of the stream (default: never)")
    .option("--fast", "as fast as the outputs take it, not by the clock; needs --duration and files or - as outputs")
    .option("--split", "the n-th output gets the n-th rendition and the first sound, instead of everything")
    .option("--pts-origin <ticks...>", "PTS of a picture at 1970-01-01: for all outputs, or one for each (default: 0)")
    .option("--metrics <names>", `which scores are sent, with commas (default: ${DEFAULT_METRICS.join(",")})`)
    .option("--score-scope <scope>", `what scores are of: ${SCORE_SCOPES.join(", ")}`, "frame")
    .option("--score-syntax <syntax>", `how scores are written: ${scoreSyntaxes.join(", ")}`, "dictionary")
    .option("--fault <spec...>", "what is to go wrong, and when: KIND@TIME[+DURATION][=VALUE][/RENDITION], see below");
  return addRainOptions(command)
    .option("--control <host:port>", "where the rain can be changed over HTTP while it runs (default: nowhere)")
    .option("--damage-report <file>", "write what the rain did, as one line of JSON, at the end")
    .addHelpText("after", SIMULATE_HELP)
    .action(async (flags: SimulateFlags) => {
      const report = (message: string): void => {
        process.stderr.write(`simulate: ${message}\n`);
      };
      await runSimulation({ ...parseFlags(flags), report }, untilSignal());
    });
}

/** @throws ConfigError */
function parseFlags(flags: SimulateFlags): Omit<SimulationOptions, "report"> {
  const { out, sample, rate, dropFrame, labelPairs = false, start, duration, fast = false, split = false } = flags;
  const twice = out.find((url, i) => out.indexOf(url) !== i);
  if (twice !== undefined) throw new ConfigError("--out", twice, "it is given twice, and each output must be another");
  return {
    outputs: out.map((url) => withPassphrase("--out", url)),
    ...(sample !== undefined && { sample }),
    ...(rate !== undefined && { rate: parseRate(rate) }),
    labels: { dropFrame, pairs: labelPairs },
    ...(start !== undefined && { start: parseIsoTime("--start", start) }),
    ...(duration !== undefined && { duration: parseDuration("--duration", duration, DURATION_LIMITS) }),
    fast,
    split,
    ptsOrigins: (flags.ptsOrigin ?? []).map(parseTicks),
    faults: (flags.fault ?? []).map(parseFault),
    scores: parseScoreFlags(flags),
    rain: parseRainFlags(flags),
    ...(flags.control !== undefined && { control: parseControl(flags.control) }),
    ...(flags.damageReport !== undefined && { damageReport: flags.damageReport }),
  };
}

function parseRate(text: string): Rational {
  const rate = simulatedRates.get(text);
  if (rate === undefined) throw new ConfigError("--rate", text, `it must be one of ${RATES}`);
  return rate;
}

function parseTicks(text: string): number {
  if (!/^\d{1,10}$/.test(text))
    throw new ConfigError("--pts-origin", text, "it must be a number of 90 kHz ticks from 0 to 8589934591");
  return Number(text);
}
