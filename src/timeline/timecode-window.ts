import type { VideoAccessUnit } from "../demux/access-unit.ts";
import type { Problem } from "../problem/problem.ts";
import { TICKS_PER_SECOND } from "../time/units.ts";
import { TimecodeReader } from "./timecode-reader.ts";
import type { TimecodedPicture } from "./timecode-vote.ts";

/** As many as it takes to know the picture rate. A timecode that leaps for less is not followed. */
const PICTURES = 16;
/** Where timecodes are rarer than that, as on I-frames alone, so many of them are asked all the same. */
export const FEWEST_TIMECODES = 2;
/** But none that is older: with I-frames further apart nothing can be cut in time. */
const MAX_AGE_TICKS = 24 * TICKS_PER_SECOND;

/**
 * The timecodes of the newest pictures of a stream.
 *
 * What it holds depends on the newest pictures alone, so that what it says does not depend on where a packager began.
 */
export class TimecodeWindow {
  readonly #reader = new TimecodeReader();
  readonly #pictures: (TimecodedPicture & { readonly ordinal: number })[] = [];
  #ordinal = 0;
  #fresh = false;

  /** Pictures that have a timecode, in decoding order. */
  get pictures(): readonly TimecodedPicture[] {
    return this.#pictures;
  }

  /** @returns What is wrong with the messages of the picture. */
  push(unit: VideoAccessUnit): readonly Problem[] {
    const timecodes = this.#reader.read(unit);
    const ordinal = this.#ordinal++;
    if (timecodes.smpte !== undefined || timecodes.misb !== undefined) {
      this.#pictures.push({ pts: unit.pts, timecodes, ordinal });
      this.#fresh = true;
    }
    while (this.#isOver(unit.pts)) this.#pictures.shift();
    return timecodes.problems;
  }

  /** Whether a timecode came since this was last asked. */
  takeFresh(): boolean {
    const fresh = this.#fresh;
    this.#fresh = false;
    return fresh;
  }

  /** The clock broke: what was before says nothing of what follows. */
  clear(): void {
    this.#pictures.length = 0;
  }

  /** Whether the oldest timecode is not to be asked any more. */
  #isOver(now: number): boolean {
    const oldest = this.#pictures[0];
    if (oldest === undefined) return false;
    const isNew = oldest.ordinal >= this.#ordinal - PICTURES;
    return now - oldest.pts >= MAX_AGE_TICKS || (!isNew && this.#pictures.length > FEWEST_TIMECODES);
  }
}
