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
 * The newest pictures of a stream with their timecodes.
 *
 * What it holds depends on the newest pictures alone, so that what it says does not depend on where a packager began.
 */
export class TimecodeWindow {
  readonly #reader = new TimecodeReader();
  #pictures: TimecodedPicture[] = [];
  #timecodes = 0;
  #fresh = false;

  /** How many of its pictures have a timecode. */
  get timecodes(): number {
    return this.#timecodes;
  }

  /** In decoding order. */
  get pictures(): readonly TimecodedPicture[] {
    return this.#pictures;
  }

  /** @returns What is wrong with the messages of the picture. */
  push(unit: VideoAccessUnit): readonly Problem[] {
    const timecodes = this.#reader.read(unit);
    const picture = { pts: unit.pts, timecodes };
    this.#pictures.push(picture);
    if (hasTimecode(picture)) {
      this.#timecodes++;
      this.#fresh = true;
    }
    if (this.#pictures.length > PICTURES) this.#forget(unit.pts);
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
    this.#pictures = [];
    this.#timecodes = 0;
  }

  /** Of the pictures that are not among the newest those with a timecode stay while they are needed. */
  #forget(now: number): void {
    const kept = this.#pictures.splice(0, this.#pictures.length - PICTURES).filter((picture) => {
      if (!hasTimecode(picture)) return false;
      const isNeeded = this.#timecodes <= FEWEST_TIMECODES && now - picture.pts < MAX_AGE_TICKS;
      if (!isNeeded) this.#timecodes--;
      return isNeeded;
    });
    if (kept.length > 0) this.#pictures.unshift(...kept);
  }
}

function hasTimecode({ timecodes }: TimecodedPicture): boolean {
  return timecodes.smpte !== undefined || timecodes.misb !== undefined;
}
