import type { Rational } from "../time/rational.ts";
import { type Milliseconds, TICKS_PER_MILLISECOND, type Ticks } from "../time/units.ts";
import {
  formatLabel,
  labelIndex,
  labelsPerDay,
  MAX_RATE_OF_SINGLE_LABELS,
  REPEATING_SHARE,
  type SmpteLabel,
} from "../timeline/smpte-label.ts";
import { ClockComparison, wrapAround } from "./clock-comparison.ts";
import { roundTo } from "./distribution.ts";
import type { LabelReport, TimecodeReport } from "./video-report.ts";

const DAY_MS = 86_400_000;

/** One way to read labels: how many pictures each stands for. */
type Reading = {
  readonly perSecond: number;
  readonly picturesPerLabel: number;
  readonly clock: ClockComparison;
  frozen: number;
};

/**
 * Follows the SMPTE timecodes of one track, in presentation order.
 *
 * Whether labels above 30 pictures a second count pictures or pairs only shows in time, so both readings are kept.
 */
export class SmpteTimecodes {
  readonly #rate: Rational;
  readonly #readings: readonly Reading[];
  #first: SmpteLabel | undefined;
  #last: { readonly text: string; readonly label: SmpteLabel; readonly pts: Ticks } | undefined;
  /** How often the last label came in a row. */
  #repeats = 0;
  #comparable = 0;
  #repeating = 0;
  #highestFrame = 0;
  #pictures = 0;
  #randomAccessPoints = 0;
  #aheadOfHost: number | undefined;

  constructor(rate: Rational, dropFrame: boolean) {
    this.#rate = rate;
    const nominal = Math.max(1, Math.round(rate.num / rate.den));
    const single = newReading(rate, nominal, 1, dropFrame);
    const isFast = rate.num / rate.den > MAX_RATE_OF_SINGLE_LABELS;
    this.#readings = isFast ? [single, newReading(rate, Math.ceil(nominal / 2), 2, dropFrame)] : [single];
  }

  /** @param arrival - When the picture came, by the host's clock. */
  push(pts: Ticks, label: SmpteLabel, isRandomAccess: boolean, arrival: Milliseconds | undefined): void {
    const text = formatLabel(label);
    const repeats = text === this.#last?.text ? this.#repeats + 1 : 0;
    const isNext = this.#last !== undefined && ticksToMs(pts) - ticksToMs(this.#last.pts) < 1.5 * pictureMs(this.#rate);
    if (isNext) this.#comparable++;
    if (isNext && repeats > 0) this.#repeating++;
    this.#first ??= label;
    this.#last = { text, label, pts };
    this.#repeats = repeats;
    this.#highestFrame = Math.max(this.#highestFrame, label.frames);
    this.#pictures++;
    if (isRandomAccess) this.#randomAccessPoints++;
    if (arrival !== undefined) this.#aheadOfHost ??= this.#compareWithHost(label, arrival);
    for (const reading of this.#readings) this.#compare(reading, pts, label, repeats);
  }

  /** PTS are set anew. */
  restart(): void {
    for (const { clock } of this.#readings) clock.restart();
  }

  /**
   * Undefined where no picture had a timecode.
   *
   * @param pictures - All of the track.
   */
  report(source: TimecodeReport["source"], pictures: number): TimecodeReport | undefined {
    if (this.#first === undefined || this.#last === undefined) return undefined;
    const counting = this.#counting();
    const reading = this.#readings[counting === "pairs" ? 1 : 0]!;
    const { frozen } = reading;
    const comparison = reading.clock.report();
    return {
      source,
      pictures: this.#pictures,
      share: roundTo(this.#pictures / pictures, 4),
      randomAccessPoints: this.#randomAccessPoints,
      first: formatLabel(this.#first),
      last: this.#last.text,
      labels: {
        perSecond: reading.perSecond,
        counting,
        dropFrame: this.#last.label.dropFrame,
        highestFrame: this.#highestFrame,
      },
      ...comparison,
      constant: comparison.constant && frozen === 0,
      frozen,
      ...(this.#aheadOfHost !== undefined && { aheadOfHostMs: Math.round(this.#aheadOfHost) }),
    };
  }

  #compare(reading: Reading, pts: Ticks, label: SmpteLabel, repeats: number): void {
    const { picturesPerLabel, perSecond, clock } = reading;
    if (repeats >= picturesPerLabel) {
      reading.frozen++;
      return;
    }
    const index = labelIndex(label, perSecond) * picturesPerLabel + repeats;
    clock.push(ticksToMs(pts), index * pictureMs(this.#rate));
  }

  #counting(): LabelReport["counting"] {
    const [single, pairs] = this.#readings;
    if (pairs === undefined || this.#highestFrame >= pairs.perSecond) return "pictures";
    if (this.#comparable === 0 || single === undefined) return "unknown";
    return this.#repeating >= this.#comparable * REPEATING_SHARE ? "pairs" : "pictures";
  }

  /** Both as times of day, at most half a day apart. */
  #compareWithHost({ hours, minutes, seconds, frames }: SmpteLabel, arrival: Milliseconds): number {
    const time = ((hours * 60 + minutes) * 60 + seconds) * 1000 + frames * pictureMs(this.#rate);
    return wrapAround(time - arrival, DAY_MS);
  }
}

function newReading(rate: Rational, perSecond: number, picturesPerLabel: number, dropFrame: boolean): Reading {
  const day = labelsPerDay(dropFrame, perSecond) * picturesPerLabel * pictureMs(rate);
  return { perSecond, picturesPerLabel, clock: new ClockComparison(pictureMs(rate), day), frozen: 0 };
}

function pictureMs({ num, den }: Rational): number {
  return (1000 * den) / num;
}

function ticksToMs(ticks: Ticks): number {
  return ticks / TICKS_PER_MILLISECOND;
}
