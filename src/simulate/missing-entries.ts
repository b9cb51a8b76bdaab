import type { Ticks } from "../time/units.ts";
import { entryPictureFrom } from "./entry-picture.ts";
import { type Fault, faultsOf } from "./fault.ts";
import { faultPictures, type Span } from "./fault-span.ts";
import type { SampleVideo } from "./sample-video.ts";

/**
 * Where IDR pictures of a rendition are left out, in pictures since the epoch.
 *
 * @param rendition - 1 for the first.
 * @param start - When the simulation began.
 */
export function missingEntries(
  faults: readonly Fault[],
  rendition: number,
  start: Ticks,
  { span, pictures }: SampleVideo,
): readonly Span<number>[] {
  return faultsOf(faults, "missing-iframe", rendition).map((fault) => {
    const { from, to } = faultPictures(fault, start, span.rate);
    if (Number.isFinite(to)) return { from, to };
    const entry = entryPictureFrom(from, pictures);
    return { from: entry, to: entry + 1 };
  });
}
