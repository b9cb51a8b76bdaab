import type { Segment, TrackSnapshot } from "../store/segment.ts";

/** The segments of one track that one period lists: contiguous, all with one init segment, not empty. */
export type TrackRun = { readonly track: TrackSnapshot; readonly segments: readonly Segment[] };
