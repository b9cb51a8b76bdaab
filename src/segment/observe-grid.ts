import { type ProblemEvent, problemEvent } from "../problem/problem.ts";
import { type Milliseconds, TICKS_PER_SECOND } from "../time/units.ts";
import { compareTrackIds } from "../timeline/stream-names.ts";
import { type Grid, MILLISECONDS, planGrid } from "./grid.ts";
import type { TrackQueue } from "./track-queue.ts";

/** How long, in stream time, the end of a GOP is waited for before the grid is made without knowing it. */
const MAX_GOP_SECONDS = 12;
/** How much sound without any picture makes a channel one without video. */
const AUDIO_ONLY_TICKS = 5 * TICKS_PER_SECOND;

/** What is known of the grid from the start. */
export type GridOptions = {
  /** As asked for. */
  readonly segmentDuration: Milliseconds;
  readonly numberOffset: number;
  /** Others may have joined the stream elsewhere. */
  readonly joinsLive: boolean;
};

/** A grid, and what its user should know of it. */
export type ObservedGrid = { readonly grid: Grid; readonly problems: readonly ProblemEvent[] };

/**
 * Makes the grid of a channel from its first units.
 *
 * The rate is that of the first video by name. A live channel with timecodes has the grid that was asked for, whatever its GOPs: packagers that
 * begin elsewhere see others, and must make the same grid. In other channels, where the first GOP does not divide the segment
 * duration and the next is as long, the grid is fitted to them: one I-frame more than usual, at a change of scene say, does not decide for ever.
 *
 * @param final - Nothing more will come.
 * @returns undefined while too little has come.
 */
export function observeGrid(
  queues: readonly TrackQueue[],
  { segmentDuration, numberOffset, joinsLive }: GridOptions,
  final: boolean,
): ObservedGrid | undefined {
  const [video] = queues.filter((queue) => queue.isVideo).sort((a, b) => compareTrackIds(a.track.id, b.track.id));
  if (video === undefined) {
    const waited = Math.max(...queues.map((queue) => queue.span));
    const isKnown = waited > AUDIO_ONLY_TICKS || (final && queues.length > 0);
    return isKnown
      ? { grid: planGrid(MILLISECONDS, segmentDuration, undefined, numberOffset), problems: [] }
      : undefined;
  }
  const rate = video.track.rate ?? MILLISECONDS;
  const plain = planGrid(rate, segmentDuration, undefined, numberOffset);
  const longest = Math.ceil((MAX_GOP_SECONDS * rate.num) / rate.den);
  const [first, second] = video.gops(plain, longest);
  const waited = video.span / TICKS_PER_SECOND;
  if (first === undefined) return final || waited >= MAX_GOP_SECONDS ? { grid: plain, problems: [] } : undefined;
  if (plain.pictures % first === 0) return { grid: plain, problems: [] };
  // What is shared with others must not depend on which GOPs came first.
  const isShared = joinsLive && video.isTimecoded === true;
  if (!isShared && second === undefined && !final && waited < 2 * MAX_GOP_SECONDS) return undefined;
  const isConstant = !isShared && (second === undefined ? final : second === first);
  const grid = isConstant ? planGrid(rate, segmentDuration, first, numberOffset) : plain;
  const code = grid.pictures === plain.pictures ? "grid-irregular" : "grid-lengthened";
  const detail = `I-frames every ${seconds(first, grid)} s, segments of ${segmentDuration / 1000} s asked for`;
  return {
    grid,
    problems: grid.pictures % first === 0 && code === "grid-irregular" ? [] : [problemEvent(code, { detail })],
  };
}

function seconds(positions: number, grid: Grid): number {
  return Math.round((positions * grid.rate.den * 1000) / grid.rate.num) / 1000;
}
