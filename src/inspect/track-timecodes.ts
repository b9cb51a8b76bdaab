import type { Rational } from "../time/rational.ts";
import type { Milliseconds, Ticks } from "../time/units.ts";
import type { PictureTimecodes } from "../timeline/timecode-reader.ts";
import { MisbTimestamps } from "./misb-timestamps.ts";
import { SmpteTimecodes } from "./smpte-timecodes.ts";
import type { TimecodeReport } from "./video-report.ts";

/** Follows the timecodes of one track from all sources, in presentation order. */
export class TrackTimecodes {
  #smpte: SmpteTimecodes | undefined;
  #misb: MisbTimestamps | undefined;

  /**
   * @param rate - Pictures a second.
   * @param arrival - When the picture came, by the host's clock; absent where the input is not live.
   */
  push(
    { smpte, misb }: PictureTimecodes,
    pts: Ticks,
    rate: Rational,
    isRandomAccess: boolean,
    arrival: Milliseconds | undefined,
  ): void {
    if (smpte !== undefined) {
      this.#smpte ??= new SmpteTimecodes(rate, smpte.dropFrame);
      this.#smpte.push(pts, smpte, isRandomAccess, arrival);
    }
    if (misb !== undefined) {
      this.#misb ??= new MisbTimestamps((1000 * rate.den) / rate.num);
      this.#misb.push(pts, misb, isRandomAccess, arrival);
    }
  }

  /** PTS are set anew. */
  restart(): void {
    this.#smpte?.restart();
    this.#misb?.restart();
  }

  /** One entry a source. @param pictures - All of the track. */
  report(codec: string, pictures: number): readonly TimecodeReport[] {
    const smpte = this.#smpte?.report(codec === "h265" ? "time_code" : "pic_timing", pictures);
    const misb = this.#misb?.report(pictures);
    return [smpte, misb].filter((report) => report !== undefined);
  }
}
