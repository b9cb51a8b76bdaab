import type { Command } from "commander";
import { parseListen } from "../config/listen-address.ts";
import { ConfigError } from "../problem/config-error.ts";
import type { ControlAddress } from "../simulate/rain-control.ts";
import { parseRain, type RainUnit, rainUnits } from "../simulate/rain-settings.ts";
import type { RainPlan } from "../simulate/simulation-options.ts";

/** The flags of rain, as commander gives them. */
export type RainFlags = {
  readonly loss?: string;
  readonly burst?: string;
  readonly reorder?: string;
  readonly duplicate?: string;
  readonly bitErrors?: string;
  readonly rainUnit?: string;
  readonly rainOutput?: readonly string[];
  readonly seed?: string;
};

/** The generator takes 32 bits. */
const MAX_SEED = 2 ** 32 - 1;

const UNITS = Object.keys(rainUnits) as readonly RainUnit[];

/** Adds the options of rain to a command. */
export function addRainOptions(command: Command): Command {
  return command
    .option("--loss <percent>", "rain: share of packets that are lost, such as 2%")
    .option("--burst <packets>", "mean length of a burst of losses (default: each packet is lost or not on its own)")
    .option("--reorder <percent>", "share of packets that change places with the next")
    .option("--duplicate <percent>", "share of packets that come twice")
    .option("--bit-errors <rate>", "share of bits that are flipped, such as 1e-6")
    .option("--rain-unit <unit>", `what is lost, swapped and doubled: ${UNITS.join(" or ")} (seven packets)`, "packet")
    .option("--rain-output <number...>", "which outputs it rains on, 1 for the first (default: all)")
    .option("--seed <number>", "another rain with the same options", "1");
}

/** @throws ConfigError */
export function parseRainFlags(flags: RainFlags): RainPlan {
  const { loss, burst, reorder, duplicate, bitErrors, rainUnit = "packet", rainOutput, seed = "1" } = flags;
  const written = {
    ...(loss !== undefined && { loss }),
    ...(burst !== undefined && { burst }),
    ...(reorder !== undefined && { reorder }),
    ...(duplicate !== undefined && { duplicate }),
    ...(bitErrors !== undefined && { "bit-errors": bitErrors }),
  };
  const unit = UNITS.find((one) => one === rainUnit);
  if (unit === undefined) throw new ConfigError("--rain-unit", rainUnit, `it must be ${UNITS.join(" or ")}`);
  if (!(/^\d{1,10}$/.test(seed) && Number(seed) <= MAX_SEED)) {
    throw new ConfigError("--seed", seed, `it must be a whole number from 0 to ${MAX_SEED}`);
  }
  return {
    settings: parseRain(written, "--"),
    seed: Number(seed),
    unit,
    ...(rainOutput !== undefined && { outputs: rainOutput.map(parseOutputNumber) }),
  };
}

function parseOutputNumber(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new ConfigError("--rain-output", text, "it must be the number of an output, 1 for the first");
}

/**
 * Where the rain can be changed; without a host that is on this machine only.
 *
 * @throws ConfigError
 */
export function parseControl(text: string): ControlAddress {
  return parseListen("--control", text.startsWith(":") ? `127.0.0.1${text}` : text);
}
