import { type MisbTimestamp, misbStatus } from "../sei/misb-timestamp.ts";
import type { LocalTime } from "../time/local-time.ts";
import { mulDivRound, type Rational } from "../time/rational.ts";
import {
  type Milliseconds,
  TICKS_PER_DAY,
  TICKS_PER_MILLISECOND,
  TICKS_PER_SECOND,
  type Ticks,
  toTicks,
} from "../time/units.ts";
import type { PictureClock } from "./picture-clock.ts";
import { labelIndex, MAX_RATE_OF_SINGLE_LABELS, REPEATING_SHARE, type SmpteLabel } from "./smpte-label.ts";
import type { TimecodeOptions, TimecodeSource } from "./timecode-options.ts";
import type { PictureTimecodes } from "./timecode-reader.ts";

/** One picture with its presentation time by the input's clock. */
export type TimecodedPicture = { readonly pts: Ticks; readonly timecodes: PictureTimecodes };

/** What the timecodes of some pictures say of one of them. */
export type TimecodeVote = {
  readonly source: Exclude<TimecodeSource, "none">;
  /** Which picture since the epoch it is. */
  readonly index: number;
  /** Nearly all agree. */
  readonly clear: boolean;
};

/** Time zones change their offset by less within a day either way. */
const HALF_DAY_TICKS = TICKS_PER_DAY / 2;
/** 9999-12-31T23:59:59.999999Z: beyond it there is no four-digit year. */
const MAX_EPOCH_MICROSECONDS = 253_402_300_799_999_999n;
/** Of eight timecodes one may be wrong for the vote to be clear. */
const CLEAR = { of: 8, agree: 7 };

/**
 * Finds which picture since the epoch one is, from the timecodes of pictures around it.
 *
 * Each timecode says which picture its own is, and their presentation times how far that is from the one in question. What most of them
 * agree on counts: one that is wrong does no harm, and a timecode that stands still, or is all over the place, is none.
 *
 * @param pictures - In any order. At a rate that is not regular there is no telling which picture is which.
 * @param asked - The presentation time of the picture in question.
 * @param near - About its epoch time: SMPTE timecodes have no date, and take the nearest.
 * @param limit - How far from `near` it may lie; absent: anywhere.
 * @returns undefined where no timecode can be used.
 */
export function voteOnIndex(
  pictures: readonly TimecodedPicture[],
  asked: Ticks,
  clock: PictureClock,
  { source, localTime }: Pick<TimecodeOptions, "source" | "localTime">,
  near: Ticks,
  limit?: Ticks,
): TimecodeVote | undefined {
  if (!clock.regular) return undefined;
  const inOrder = [...pictures].sort((a, b) => a.pts - b.pts);
  const places = inOrder.map(({ pts }) => clock.index((pts - asked) as Ticks));
  for (const one of ["misb", "smpte"] as const) {
    if (source !== "auto" && source !== one) continue;
    const indices = one === "misb" ? misbIndices(inOrder, clock) : smpteIndices(inOrder, clock.rate, localTime, near);
    const result = count(indices.flatMap((index, i) => (index === undefined ? [] : [index - places[i]!])));
    if (result === undefined) continue;
    if (limit !== undefined && Math.abs(clock.epochOf(result.index) - near) > limit) continue;
    return { source: one, ...result };
  }
  return undefined;
}

/** What more than half of the votes are for. */
function count(votes: readonly number[]): { readonly index: number; readonly clear: boolean } | undefined {
  const counts = new Map<number, number>();
  for (const vote of votes) counts.set(vote, (counts.get(vote) ?? 0) + 1);
  for (const [index, agreeing] of counts) {
    if (agreeing * 2 > votes.length) return { index, clear: agreeing * CLEAR.of >= votes.length * CLEAR.agree };
  }
  return undefined;
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
  localTime: LocalTime,
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
    const timeOfDay = mulDivRound(sinceMidnight, TICKS_PER_SECOND * rate.den, rate.num) as Ticks;
    const midnight = nearestMidnight(timeOfDay, localTime, near);
    return mulDivRound(midnight, rate.num, TICKS_PER_SECOND * rate.den) + sinceMidnight;
  });
}

/** The local midnight, in epoch time, from which a time of day is nearest to `near`. */
function nearestMidnight(timeOfDay: Ticks, localTime: LocalTime, near: Ticks): Ticks {
  let nearest = Number.POSITIVE_INFINITY;
  // Around a change of the offset either side of it may be meant.
  for (const around of [0, -HALF_DAY_TICKS, HALF_DAY_TICKS]) {
    const offset = toTicks(localTime.utcOffset(toMilliseconds((near + around) as Ticks)));
    const day = Math.round((near + offset - timeOfDay) / TICKS_PER_DAY);
    const midnight = day * TICKS_PER_DAY - offset;
    if (Math.abs(midnight + timeOfDay - near) < Math.abs(nearest + timeOfDay - near)) nearest = midnight;
  }
  return nearest as Ticks;
}

function toMilliseconds(time: Ticks): Milliseconds {
  return Math.floor(time / TICKS_PER_MILLISECOND) as Milliseconds;
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
