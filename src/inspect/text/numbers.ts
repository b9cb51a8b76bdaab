import type { Rational } from "../../time/rational.ts";
import { TICKS_PER_SECOND } from "../../time/units.ts";
import { roundTo, type Spread } from "../distribution.ts";

/** An integer with its thousands apart: `1,234,567`. */
export function integer(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** So many of a thing, in words: `1 picture`, `2 pictures`. */
export function plural(count: number, noun: string): string {
  return `${integer(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** How often, in words: `once`, `twice`, `3 times`. */
export function times(count: number): string {
  return count === 1 ? "once" : count === 2 ? "twice" : `${integer(count)} times`;
}

/** `64.0 kb/s`, `5.25 Mb/s`. */
export function bitrate(bitsPerSecond: number): string {
  const [value, unit] = bitsPerSecond < 1e6 ? [bitsPerSecond / 1e3, "kb/s"] : [bitsPerSecond / 1e6, "Mb/s"];
  return `${value.toPrecision(3).includes("e") ? String(Math.round(value)) : value.toPrecision(3)} ${unit}`;
}

/** `25`, `29.97 (30000/1001)`, `12.5`. */
export function rate({ num, den }: Rational): string {
  const decimal = roundTo(num / den, 3);
  return decimal * den === num ? String(decimal) : `${decimal} (${num}/${den})`;
}

/** `48`, or `12 to 250 (median 50)` where values differ. */
export function spread({ min, median, max }: Spread): string {
  return min === max ? String(min) : `${min} to ${max} (median ${median})`;
}

/** A count, and in what time where that is known. */
export function during(count: number, durationSeconds: number): string {
  return durationSeconds === 0 ? integer(count) : `${integer(count)} in ${durationSeconds} s`;
}

/** A PTS or DTS in seconds, as other tools show it. */
export function seconds(ticks: number): string {
  return `${(ticks / TICKS_PER_SECOND).toFixed(3)} s`;
}

/** Milliseconds in a unit that suits them, with their sign: `-40 ms`, `+12.5 s`. */
export function signedMs(value: number): string {
  const sign = value < 0 ? "-" : "+";
  const size = Math.abs(value);
  return size < 10_000 ? `${sign}${roundTo(size, 1)} ms` : `${sign}${roundTo(size / 1000, 3)} s`;
}

/** A share as a percentage that is only 0 or 100 where it is exactly that. */
export function percent(share: number): string {
  if (share === 0 || share === 1) return `${share * 100} %`;
  return `${Math.min(99.9, Math.max(0.1, roundTo(share * 100, 1)))} %`;
}

/** A PID as operators write it. */
export function pidText(pid: number): string {
  return `0x${pid.toString(16).padStart(4, "0")}`;
}
