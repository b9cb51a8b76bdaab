import type { SamplePicture } from "./sample-video.ts";
import { placeInLoop } from "./unit-rate.ts";

/** The first picture from `index` on that a receiver can begin with. Pictures are counted since the epoch. */
export function entryPictureFrom(index: number, loop: readonly SamplePicture[]): number {
  let entry = index;
  while (!loop[placeInLoop(entry, loop.length)]!.randomAccess) entry++;
  return entry;
}
