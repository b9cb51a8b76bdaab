import { maskSecrets } from "../input/url-parts.ts";
import type { Ticks } from "../time/units.ts";
import { type DamageCounts, totalDamage } from "./damage-counts.ts";
import type { Fault } from "./fault.ts";
import { faultSpan } from "./fault-span.ts";
import { renditionPid } from "./live-tracks.ts";
import type { Output } from "./output.ts";
import type { Rain, Shower } from "./rain.ts";

/** The way to one output, and the rain on it. */
export type Link = {
  /** 1 for the first output. */
  readonly number: number;
  readonly url: string;
  readonly output: Output;
  readonly rain: Rain;
};

/** What was done to a stream on its way to one output, all PIDs together and by PID (in decimal). */
export type LinkDamage = DamageCounts & {
  readonly output: number;
  /** Without secrets. */
  readonly url: string;
  readonly pids: { readonly [pid: string]: DamageCounts };
};

/** What was done so far. */
export function linkDamage({ number, url, rain }: Link): LinkDamage {
  const { counts } = rain;
  return { output: number, url: maskSecrets(url), ...totalDamage(counts), pids: Object.fromEntries(counts) };
}

/**
 * The faults that are showers, for a link that some renditions of the sample come by.
 *
 * @param start - When the simulation began.
 */
export function linkShowers(faults: readonly Fault[], renditions: readonly number[], start: Ticks): readonly Shower[] {
  return faults.flatMap((fault) => {
    if (fault.kind !== "rain") return [];
    const { rendition, loss } = fault;
    if (rendition !== undefined && !renditions.includes(rendition)) return [];
    const pid = rendition === undefined ? {} : { pid: renditionPid(renditions, rendition) };
    return [{ ...faultSpan(fault, start), loss, ...pid }];
  });
}
