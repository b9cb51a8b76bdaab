import { type MisbTimestamp, misbStatus } from "../sei/misb-timestamp.ts";
import { mulDivRound, type Rational } from "../time/rational.ts";
import { type Milliseconds, TICKS_PER_SECOND, type Ticks } from "../time/units.ts";
import type { PictureClock } from "./picture-clock.ts";
import { labelIndex, type SmpteLabel } from "./smpte-label.ts";
import type { PictureTimecodes } from "./timecode-reader.ts";

/** What tells the epoch time of an input's pictures; `none`: the host's clock when they arrived, or where files are to start. */
export type TimecodeState = "misb" | "smpte" | "none";

/** Which timecodes a channel believes. */
export type TimecodeOptions = {
  /** `auto`: MISB ST 0604 before SMPTE, since it has a date. */
  readonly source: "auto" | TimecodeState;
  /** How far the time of day in SMPTE timecodes is ahead of UTC. */
  readonly utcOffset: Milliseconds;
  /** How far the timecodes of a live input may lie from the host's clock. */
  readonly maxClockError: Milliseconds;
};

/** 120 s is what encoders that lock to the epoch allow themselves. */
export const defaultTimecode: TimecodeOptions = {
  source: "auto",
  utcOffset: 0 as Milliseconds,
  maxClockError: 120_000 as Milliseconds,
};

/** One picture with its presentation time by the input's clock. */
export type TimecodedPicture = { readonly pts: Ticks; readonly timecodes: PictureTimecodes };

/** The epoch time of one picture, from which all others follow by their timestamps. */
export type Lock = {
  readonly source: Exclude<TimecodeState, "none">;
  readonly pts: Ticks;
  readonly epoch: Ticks;
};

const DAY_TICKS = 86_400 * TICKS_PER_SECOND;
/** 9999-12-31T23:59:59.999999Z: beyond it there is no four-digit year. */
const MAX_EPOCH_MICROSECONDS = 253_402_300_799_999_999n;
/** The fastest rate whose labels count pictures everywhere; above it some encoders count pairs of pictures. */
const MAX_RATE_OF_SINGLE_LABELS = 30;
/** Of labels that count pairs half repeat the one before. */
const REPEATING_SHARE = 1 / 3;

/**
 * Finds the epoch time of an input's first pictures from their timecodes.
 *
 * Each timecode says which picture since the epoch its picture is. What most of them agree on counts: one that is wrong does no harm, and a
 * timecode that stands still, or is all over the place, is none. So that two packagers that begin at different pictures map
 * the clock alike to the tick, the mapping is read off a picture at which the 90 kHz clock comes out even.
 *
 * @param pictures - In any order. At a rate that is not regular there is no telling which picture is which.
 * @param near - The host's clock for a live input: SMPTE timecodes have no date, and take the nearest.
 * @param limit - How far from `near` the time may lie; absent: anywhere.
 * @returns undefined where no timecode can be used.
 */
export function lockToTimecode(
  pictures: readonly TimecodedPicture[],
  clock: PictureClock,
  { source, utcOffset }: TimecodeOptions,
  near: Ticks,
  limit?: Ticks,
): Lock | undefined {
  if (!clock.regular) return undefined;
  const inOrder = [...pictures].sort((a, b) => a.pts - b.pts);
  for (const one of ["misb", "smpte"] as const) {
    if (source !== "auto" && source !== one) continue;
    const indices =
      one === "misb" ? misbIndices(inOrder, clock) : smpteIndices(inOrder, clock.rate, ticksOf(utcOffset), near);
    const lock = agreed(inOrder, indices, clock);
    if (lock === undefined || (limit !== undefined && Math.abs(lock.epoch - near) > limit)) continue;
    return { source: one, ...lock };
  }
  return undefined;
}

/** @param indices - Of each picture, the number since the epoch that its timecode gives it. */
function agreed(
  inOrder: readonly TimecodedPicture[],
  indices: readonly (number | undefined)[],
  clock: PictureClock,
): Pick<Lock, "pts" | "epoch"> | undefined {
  const origin = inOrder[0]?.pts;
  if (origin === undefined) return undefined;
  const places = inOrder.map(({ pts }) => clock.index((pts - origin) as Ticks));
  const votes = new Map<number, number>();
  let voters = 0;
  for (const [i, index] of indices.entries()) {
    if (index === undefined) continue;
    const start = index - places[i]!;
    votes.set(start, (votes.get(start) ?? 0) + 1);
    voters++;
  }
  const start = [...votes.keys()].find((one) => votes.get(one)! * 2 > voters);
  if (start === undefined) return undefined;
  const period = evenPeriod(clock.rate);
  const even = places.findIndex((place) => (start + place) % period === 0);
  const chosen = Math.max(0, even);
  return { pts: inOrder[chosen]!.pts, epoch: clock.epochOf(start + places[chosen]!) };
}

/** Every so many pictures the time of one is a whole number of ticks of the 90 kHz clock. */
function evenPeriod({ num, den }: Rational): number {
  let [a, b] = [num, TICKS_PER_SECOND * den];
  while (b > 0) [a, b] = [b, a % b];
  return num / a;
}

function misbIndices(inOrder: readonly TimecodedPicture[], clock: PictureClock): (number | undefined)[] {
  return inOrder.map(({ timecodes }) => {
    const epoch = timecodes.misb === undefined ? undefined : epochOf(timecodes.misb);
    return epoch === undefined ? undefined : clock.index(epoch);
  });
}

function epochOf({ kind, value, status }: MisbTimestamp): Ticks | undefined {
  const microseconds = kind === "h265-nanoseconds" ? value / 1000n : value;
  if (microseconds > MAX_EPOCH_MICROSECONDS || (status & misbStatus.reverse) !== 0) return undefined;
  return Number((microseconds * 9n + 50n) / 100n) as Ticks;
}

function smpteIndices(
  inOrder: readonly TimecodedPicture[],
  rate: Rational,
  utcOffset: Ticks,
  near: Ticks,
): (number | undefined)[] {
  const nominal = Math.round(rate.num / rate.den);
  const picturesPerLabel = countsPairs(inOrder, rate) ? 2 : 1;
  const perSecond = Math.ceil(nominal / picturesPerLabel);
  return inOrder.map(({ timecodes }, i) => {
    const label = timecodes.smpte;
    if (label === undefined || !saysTimeOfDay(label, rate, perSecond)) return undefined;
    const isSecond = picturesPerLabel === 2 && repeats(inOrder[i - 1]?.timecodes.smpte, label);
    const dropFrame = label.dropFrame && rate.den !== 1;
    const sinceMidnight = labelIndex({ ...label, dropFrame }, perSecond) * picturesPerLabel + (isSecond ? 1 : 0);
    const timeOfDay = mulDivRound(sinceMidnight, TICKS_PER_SECOND * rate.den, rate.num);
    const day = Math.round((near + utcOffset - timeOfDay) / DAY_TICKS);
    const midnight = mulDivRound(day * DAY_TICKS - utcOffset, rate.num, TICKS_PER_SECOND * rate.den);
    return midnight + sinceMidnight;
  });
}

/**
 * Whether the label can be a time of day: at 29.97 and 59.94 labels without drop-frame fall behind by 3.6 s in an hour.
 *
 * @spec SMPTE ST 12-1: drop-frame has no labels 00 and 01 (at 60 a second 00 to 03) in minutes but the tenth
 */
function saysTimeOfDay(
  { dropFrame, minutes, seconds, frames }: SmpteLabel,
  rate: Rational,
  perSecond: number,
): boolean {
  if (frames >= perSecond) return false;
  if (rate.den === 1) return true;
  const isDropped = seconds === 0 && minutes % 10 !== 0 && frames < perSecond / 15;
  return dropFrame && perSecond % 30 === 0 && !isDropped;
}

/** Whether labels stand for pairs of pictures: half of them then repeat the one before. */
function countsPairs(inOrder: readonly TimecodedPicture[], rate: Rational): boolean {
  if (rate.num / rate.den <= MAX_RATE_OF_SINGLE_LABELS) return false;
  const labels = inOrder.flatMap(({ timecodes: { smpte } }) => (smpte === undefined ? [] : [smpte]));
  if (labels.some(({ frames }) => frames * 2 >= Math.round(rate.num / rate.den))) return false;
  const repeating = labels.filter((label, i) => repeats(labels[i - 1], label)).length;
  return repeating >= (labels.length - 1) * REPEATING_SHARE && repeating > 0;
}

function repeats(before: SmpteLabel | undefined, label: SmpteLabel): boolean {
  return (
    before !== undefined &&
    before.frames === label.frames &&
    before.seconds === label.seconds &&
    before.minutes === label.minutes &&
    before.hours === label.hours
  );
}

function ticksOf(time: Milliseconds): Ticks {
  return ((time * TICKS_PER_SECOND) / 1000) as Ticks;
}
