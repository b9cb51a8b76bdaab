import type { Segment, TrackSnapshot } from "../store/segment.ts";

/** A track and what one period lists of it: contiguous, all with one init segment, not empty. */
export type Rendition = { readonly snapshot: TrackSnapshot; readonly segments: readonly Segment[] };
