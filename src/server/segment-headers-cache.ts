import { type QualityHeaders, segmentHeaders } from "../quality/publish-headers.ts";
import type { PublishOptions } from "../quality/publish-options.ts";
import type { Segment } from "../store/segment.ts";

/** Makes the headers of a segment when it is first asked for, and keeps them as long as the segment. */
export class SegmentHeadersCache {
  readonly #options: PublishOptions;
  readonly #live = new WeakMap<Segment, QualityHeaders>();
  /** They say that nothing will follow: the same segment has others then. */
  readonly #ended = new WeakMap<Segment, QualityHeaders>();

  constructor(options: PublishOptions) {
    this.#options = options;
  }

  get(segment: Segment, live: boolean): QualityHeaders {
    const made = live ? this.#live : this.#ended;
    const known = made.get(segment);
    if (known !== undefined) return known;
    const { headers } = segmentHeaders(segment, this.#options, live);
    made.set(segment, headers);
    return headers;
  }
}
