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
  #fresh = false;

  /** How many of its pictures have a timecode. */
  get timecodes(): number {
    return this.#pictures.filter(hasTimecode).length;
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
    this.#fresh ||= hasTimecode(picture);
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
  }

  /** Of the pictures that are not among the newest those with a timecode stay while they are needed. */
  #forget(now: number): void {
    const newest = this.#pictures.slice(-PICTURES);
    const missing = FEWEST_TIMECODES - newest.filter(hasTimecode).length;
    const older = missing > 0 ? this.#pictures.slice(0, -PICTURES).filter(hasTimecode).slice(-missing) : [];
    this.#pictures = [...older.filter(({ pts }) => now - pts < MAX_AGE_TICKS), ...newest];
  }
}

function hasTimecode({ timecodes }: TimecodedPicture): boolean {
  return timecodes.smpte !== undefined || timecodes.misb !== undefined;
}
