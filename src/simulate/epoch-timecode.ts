import type { PicTimingClockTimestamp } from "../sei/pic-timing.ts";

const SECONDS_PER_DAY = 86_400;

/**
 * The SMPTE timecode of a picture that says the time of day in UTC.
 *
 * @param index - Pictures since the epoch.
 * @param picturesPerSecond - A whole number.
 * @spec Rec. ITU-T H.264 D.2.3
 */
export function epochTimecode(index: number, picturesPerSecond: number): PicTimingClockTimestamp {
  const secondOfDay = Math.floor(index / picturesPerSecond) % SECONDS_PER_DAY;
  return {
    ctType: 0,
    // n_frames counts frames of two clock ticks each.
    unitsFieldBasedFlag: true,
    countingType: 0,
    fullTimestampFlag: true,
    discontinuityFlag: false,
    cntDroppedFlag: false,
    nFrames: index % picturesPerSecond,
    seconds: secondOfDay % 60,
    minutes: Math.floor(secondOfDay / 60) % 60,
    hours: Math.floor(secondOfDay / 3600),
    timeOffset: 0,
  };
}
