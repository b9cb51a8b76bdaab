import type { ProblemEvent } from "../problem/problem.ts";
import type { MediaTime } from "../time/units.ts";
import type { TimecodeSource } from "../timeline/timecode-options.ts";
import type { TimedUnit } from "../timeline/timed-unit.ts";
import type { Grid } from "./grid.ts";
import type { PartPlan } from "./part-plan.ts";

/** A decided boundary between segments. */
export type Boundary = {
  readonly position: number;
  readonly number: number;
  /** It lies on its line, or where a picture needs no other; else what its segment should begin with has not come. */
  readonly isWhole: boolean;
  /** Its segment was joined in the middle, as far as can be told, and is not published: the name is that of the whole one. */
  readonly partial: boolean;
};

/** What comes of a track after a segment of it: the next, a hole up to it, or nothing as its input has ended. */
export type Following = "segment" | "hole" | "nothing";

/** What the segmenter says of one track, in order. */
export type SegmentEvent =
  | {
      readonly kind: "segment-start";
      readonly trackId: string;
      readonly number: number;
      /** Its earliest presentation time. */
      readonly start: MediaTime;
      /** When the grid's line comes at which it should end. */
      readonly expectedEnd: MediaTime;
      /** When a segment of the next number may begin at the earliest. */
      readonly nextFrom: MediaTime;
      /** Decoding can start here. */
      readonly independent: boolean;
      /** What told its time. */
      readonly timecode: TimecodeSource;
    }
  | { readonly kind: "unit"; readonly unit: TimedUnit }
  | {
      readonly kind: "segment-end";
      readonly trackId: string;
      /** Where the next segment starts, or where presentation ends if none follows directly. */
      readonly end: MediaTime;
      readonly followedBy: Following;
    }
  | ProblemEvent;

/** What the segmenter says: the grid once, before anything else, then segments. */
export type SegmenterEvent =
  | SegmentEvent
  /** `parts`: in low latency. */
  | { readonly kind: "grid"; readonly grid: Grid; readonly parts?: PartPlan };

/** Where the events of a step are gathered. */
export type SegmentSink = { push(event: SegmentEvent): unknown };
