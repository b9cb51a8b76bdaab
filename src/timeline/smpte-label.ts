/** A SMPTE timecode. */
export type SmpteLabel = {
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly frames: number;
  /** Labels are left out so that time of day and labels at 29.97 or 59.94 a second agree. */
  readonly dropFrame: boolean;
};

/** The fastest rate whose labels count pictures everywhere; above it some encoders count pairs of pictures. */
export const MAX_RATE_OF_SINGLE_LABELS = 30;

/** Of the labels on successive pictures: where so many repeat the one before, they stand for pairs. In pairs half do. */
export const REPEATING_SHARE: number = 1 / 3;

const MINUTES_PER_DAY = 1440;

/**
 * Labels since midnight.
 *
 * @param perSecond - Labels a second, nominally.
 * @spec SMPTE ST 12-1: drop-frame leaves out two labels (at 60 four) each minute but the tenth
 */
export function labelIndex({ hours, minutes, seconds, frames, dropFrame }: SmpteLabel, perSecond: number): number {
  const minute = hours * 60 + minutes;
  return (minute * 60 + seconds) * perSecond + frames - (dropFrame ? droppedUntil(minute, perSecond) : 0);
}

/** Labels of a day. */
export function labelsPerDay(dropFrame: boolean, perSecond: number): number {
  return MINUTES_PER_DAY * 60 * perSecond - (dropFrame ? droppedUntil(MINUTES_PER_DAY, perSecond) : 0);
}

/** Drop-frame is defined for multiples of 30 only; a stream that claims it elsewhere drops nothing. */
function droppedUntil(minute: number, perSecond: number): number {
  return perSecond % 30 === 0 ? (perSecond / 15) * (minute - Math.floor(minute / 10)) : 0;
}

/** `hh:mm:ss:ff`, with `;` before the frames for drop-frame. */
export function formatLabel({ hours, minutes, seconds, frames, dropFrame }: SmpteLabel): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(hours)}:${two(minutes)}:${two(seconds)}${dropFrame ? ";" : ":"}${two(frames)}`;
}
