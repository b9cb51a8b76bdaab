import { CLOCK_WRAP } from "../mpegts/clock.ts";
import { ConfigError } from "../problem/config-error.ts";
import type { Rational } from "../time/rational.ts";
import type { Milliseconds } from "../time/units.ts";
import { MAX_RATE_OF_SINGLE_LABELS } from "../timeline/smpte-label.ts";
import type { LabelOptions } from "./epoch-timecode.ts";
import type { Fault } from "./fault.ts";
import type { Report } from "./output.ts";
import { parseOutputTarget } from "./output-target.ts";
import type { ControlAddress } from "./rain-control.ts";
import type { RainSettings, RainUnit } from "./rain-settings.ts";
import type { Sample } from "./sample.ts";
import type { ScoreOptions } from "./score-messages.ts";

/** How it rains on the way to the outputs. */
export type RainPlan = {
  readonly settings: RainSettings;
  readonly seed: number;
  readonly unit: RainUnit;
  /** The numbers of the outputs that the settings and timed rain hit, 1 for the first; absent: all. */
  readonly outputs?: readonly number[];
};

/** What to simulate, and where to. */
export type SimulationOptions = {
  /** Output URLs. */
  readonly outputs: readonly string[];
  /** A transport stream to play in a loop; absent: one of the project's that suits the rate. */
  readonly sample?: string;
  /** Pictures a second; absent: those of the sample. */
  readonly rate?: Rational;
  readonly labels?: LabelOptions;
  /** The stream's time when it starts; absent: that of the host's clock, or a fixed one where it does not run by the clock. */
  readonly start?: Milliseconds;
  /** After how much of the stream it ends; absent: never. */
  readonly duration?: Milliseconds;
  /** The stream is made as fast as outputs take it, not by the clock. */
  readonly fast?: boolean;
  /** The n-th output gets the n-th rendition, and the first sound, instead of everything. */
  readonly split?: boolean;
  /** PTS of a picture at the epoch: one for each output, or one for all. */
  readonly ptsOrigins?: readonly number[];
  readonly faults?: readonly Fault[];
  readonly scores?: ScoreOptions;
  /** Absent: only timed rain, on all outputs. */
  readonly rain?: RainPlan;
  /** Where the rain can be changed; absent: nowhere. */
  readonly control?: ControlAddress;
  /** A file for what the rain did. */
  readonly damageReport?: string;
  /** Takes what the user should know, a line at a time. */
  readonly report: Report;
};

/**
 * Checks what can be checked before the sample is read.
 *
 * @throws ConfigError
 */
export function checkOptions(options: SimulationOptions): void {
  const { outputs, duration, fast, ptsOrigins = [], rain, control } = options;
  const nowhere = rain?.outputs?.find((number) => number > outputs.length);
  if (nowhere !== undefined) {
    throw new ConfigError("--rain-output", nowhere, `outputs are numbered from 1 to ${outputs.length}`);
  }
  const wrong = ptsOrigins.find((origin) => !(Number.isInteger(origin) && origin >= 0 && origin < CLOCK_WRAP));
  if (wrong !== undefined) {
    throw new ConfigError(
      "--pts-origin",
      wrong,
      `it must be a whole number of 90 kHz ticks from 0 to ${CLOCK_WRAP - 1}`,
    );
  }
  if (ptsOrigins.length > 1 && ptsOrigins.length !== outputs.length) {
    throw new ConfigError(
      "--pts-origin",
      ptsOrigins,
      `it must be one for all outputs or one for each of ${outputs.length}`,
    );
  }
  const targets = outputs.map(parseOutputTarget);
  if (!fast) return;
  if (duration === undefined) throw new ConfigError("--duration", undefined, "--fast needs to know where to end");
  if (control !== undefined) {
    throw new ConfigError(
      "--control",
      `${control.host}:${control.port}`,
      "with --fast there is no time to change anything",
    );
  }
  const live = targets.findIndex(({ kind }) => kind !== "file" && kind !== "stdout");
  if (live >= 0)
    throw new ConfigError("--out", outputs[live], "with --fast it must be file:PATH or - (standard output)");
}

/**
 * Checks what depends on the sample.
 *
 * @throws ConfigError
 */
export function checkSample({ outputs, split, faults = [], labels, rate }: SimulationOptions, sample: Sample): void {
  const count = sample.videos.length;
  if (split && outputs.length > count) {
    throw new ConfigError("--split", outputs.length, `the sample has renditions for ${count} outputs at most`);
  }
  const fault = faults.find(({ rendition = 1 }) => rendition > count);
  if (fault !== undefined) {
    throw new ConfigError("--fault", `${fault.kind}/${fault.rendition}`, `the sample has renditions 1 to ${count}`);
  }
  const { num, den } = rate ?? sample.videos[0]!.span.rate;
  if (labels?.pairs && num / den <= MAX_RATE_OF_SINGLE_LABELS) {
    throw new ConfigError(
      "--label-pairs",
      (num / den).toFixed(3),
      "labels count pairs above 30 pictures a second only",
    );
  }
}
