import type { PicTimingClockTimestamp } from "../sei/pic-timing.ts";
import { mulDivRound, type Rational } from "../time/rational.ts";
import { TICKS_PER_DAY } from "../time/units.ts";
import { labelsPerDay, MAX_RATE_OF_SINGLE_LABELS, type SmpteLabel } from "../timeline/smpte-label.ts";
import { unitTime } from "./unit-rate.ts";

/** How pictures are labelled, where it is not as most encoders do. */
export type LabelOptions = {
  /** False: no labels are dropped at 29.97 and 59.94 pictures a second. */
  readonly dropFrame?: boolean;
  /** Labels count pairs of pictures, as SMPTE ST 12-1 has it above 30 pictures a second; up to 30 it changes nothing. */
  readonly pairs?: boolean;
};

/** How the pictures of a stream are labelled. */
export type LabelCounting = {
  /** Pictures a second. */
  readonly rate: Rational;
  readonly dropFrame: boolean;
  readonly picturesPerLabel: number;
  /** Labels a second, nominally. */
  readonly perSecond: number;
};

const SECONDS_PER_DAY = 86_400;

/** counting_type of labels that are not dropped, and of SMPTE drop-frame. @spec Rec. ITU-T H.264 table D-2 */
const COUNTING = { all: 0, dropFrame: 4 } as const;

/** Drop-frame is there for the rates it is made for unless it is switched off; 23.976 has none. */
export function labelCounting(rate: Rational, { dropFrame = true, pairs = false }: LabelOptions = {}): LabelCounting {
  const nominal = Math.round(rate.num / rate.den);
  const picturesPerLabel = pairs && nominal > MAX_RATE_OF_SINGLE_LABELS ? 2 : 1;
  return {
    rate,
    dropFrame: dropFrame && rate.den !== 1 && nominal % 30 === 0,
    picturesPerLabel,
    perSecond: Math.ceil(nominal / picturesPerLabel),
  };
}

/**
 * The label after so many others since midnight: the inverse of `labelIndex`.
 *
 * @spec SMPTE ST 12-1: drop-frame leaves out two labels (at 60 four) each minute but the tenth
 */
export function labelOfIndex(index: number, dropFrame: boolean, perSecond: number): SmpteLabel {
  const n = dropFrame ? index + droppedBefore(index, perSecond) : index;
  const second = Math.floor(n / perSecond);
  return {
    hours: Math.floor(second / 3600),
    minutes: Math.floor(second / 60) % 60,
    seconds: second % 60,
    frames: n % perSecond,
    dropFrame,
  };
}

function droppedBefore(index: number, perSecond: number): number {
  const dropped = perSecond / 15;
  const firstMinute = perSecond * 60;
  const tenMinutes = firstMinute * 10 - 9 * dropped;
  const tens = Math.floor(index / tenMinutes);
  const rest = index - tens * tenMinutes;
  const minutes = rest < firstMinute ? 0 : 1 + Math.floor((rest - firstMinute) / (firstMinute - dropped));
  return dropped * (9 * tens + minutes);
}

/**
 * The label of a picture by the time of day in UTC. Labels begin at the picture nearest to midnight; where a day has more
 * pictures than labels, its last pictures get the first labels again.
 *
 * @param picture - Pictures since the epoch.
 */
export function epochLabel(
  picture: number,
  { rate, dropFrame, picturesPerLabel, perSecond }: LabelCounting,
): SmpteLabel {
  const index = Math.floor((picture - midnightBefore(picture, rate)) / picturesPerLabel);
  return labelOfIndex(index % labelsPerDay(dropFrame, perSecond), dropFrame, perSecond);
}

/** The picture at which its day begins. */
function midnightBefore(picture: number, rate: Rational): number {
  const day = Math.floor(unitTime(picture, rate) / TICKS_PER_DAY);
  const next = midnight(day + 1, rate);
  return picture >= next ? next : midnight(day, rate);
}

/** The picture nearest to the midnight that a day since the epoch begins with. */
function midnight(day: number, rate: Rational): number {
  return mulDivRound(day * SECONDS_PER_DAY, rate.num, rate.den);
}

/**
 * The SMPTE timecode of a picture that says the time of day in UTC.
 *
 * @param picture - Pictures since the epoch.
 * @spec Rec. ITU-T H.264 D.2.3
 */
export function epochTimecode(picture: number, counting: LabelCounting): PicTimingClockTimestamp {
  const { hours, minutes, seconds, frames, dropFrame } = epochLabel(picture, counting);
  return {
    ctType: 0,
    // n_frames counts frames of two clock ticks each.
    unitsFieldBasedFlag: true,
    countingType: dropFrame ? COUNTING.dropFrame : COUNTING.all,
    fullTimestampFlag: true,
    discontinuityFlag: false,
    // The labels before this one were dropped.
    cntDroppedFlag: dropFrame && frames === counting.perSecond / 15 && seconds === 0 && minutes % 10 !== 0,
    nFrames: frames,
    seconds,
    minutes,
    hours,
    timeOffset: 0,
  };
}
