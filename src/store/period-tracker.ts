import { startMicros } from "./media-micros.ts";
import type { Period, PeriodTimeline } from "./period.ts";
import type { Segment } from "./segment.ts";

/** A track is waited for until another has published this many segments after its last. */
const SEGMENTS_TO_WAIT = 3;

/** What is known of one track. */
type Progress = {
  readonly id: string;
  readonly last: Segment;
  readonly firstListed: number;
  /** Numbers of its newest segments, at most {@link SEGMENTS_TO_WAIT}, oldest first. */
  readonly recent: readonly number[];
  /** Its segments that are not settled yet, oldest first. */
  readonly waiting: readonly Segment[];
};

/**
 * Divides a channel into periods that never change once they can be seen.
 *
 * A break in any track ends the period of all tracks at the same segment number, so a number may be listed only when nothing
 * that is still to come can turn out to break there. It is *settled* when every track has published it or a later one. A track
 * that falls silent is waited for until another has published {@link SEGMENTS_TO_WAIT} segments more; what it brings after that
 * joins at a break behind the settled numbers. Hence a period's number, start and tracks are final when it opens.
 *
 * @spec ISO/IEC 23009-1 5.3.2, 5.4
 */
export class PeriodTracker {
  readonly #tracks = new Map<string, Progress>();
  /** Numbers, not settled yet, at which a period must begin. */
  readonly #breaks = new Set<number>();
  #periods: Period[] = [];
  #first = 0;
  #settled = 0;

  /**
   * Takes note of a segment.
   *
   * @param firstListed - The lowest number that manifests list of its track; 0 while all are listed.
   */
  publish(trackId: string, segment: Segment, firstListed: number): void {
    const before = this.#tracks.get(trackId);
    if (before !== undefined && !continues(before.last, segment)) this.#breakAt(segment.number);
    const recent = [...(before?.recent ?? []), segment.number].slice(-SEGMENTS_TO_WAIT);
    const waiting = [...(before?.waiting ?? []), segment];
    this.#tracks.set(trackId, { id: trackId, last: segment, firstListed, recent, waiting });
  }

  /**
   * Settles what can be settled. Not to be called before the channel can be fetched: the tracks that have segments then
   * are those of the first period.
   *
   * @param ended - Nothing more will come: everything is settled.
   */
  settle(ended: boolean): void {
    const tracks = [...this.#tracks.values()];
    const lead = tracks.reduce((a, b) => (b.last.number > a.last.number ? b : a));
    const active = ended ? tracks : tracks.filter((track) => isWaitedFor(track, lead));
    if (this.#periods.length === 0) this.#periods = [{ number: 0, start: 0, trackIds: tracks.map(({ id }) => id) }];
    const reached = ended ? lead.last.number : Math.min(...active.map((track) => track.last.number));
    this.#settled = Math.max(this.#settled, reached);
    for (const number of [...this.#breaks].sort((a, b) => a - b)) this.#open(number, tracks);
    for (const track of tracks) {
      this.#tracks.set(track.id, { ...track, waiting: track.waiting.filter(({ number }) => number > this.#settled) });
    }
    if (!active.every(({ id }) => this.#periods.at(-1)!.trackIds.includes(id))) this.#breakAt(this.#settled + 1);
    this.#forget(Math.min(...active.map((track) => track.firstListed)));
  }

  /** The periods as they are settled; a new object at each call. */
  timeline(): PeriodTimeline {
    return { periods: [...this.#periods], first: this.#first, settled: this.#settled };
  }

  #breakAt(number: number): void {
    this.#breaks.add(Math.max(number, this.#settled + 1));
  }

  /** Opens the period that a break asks for, at the first number from there on that any track has. */
  #open(asked: number, tracks: readonly Progress[]): void {
    const candidates = tracks.flatMap(({ waiting }) => waiting.filter(({ number }) => number >= asked));
    const number = Math.min(...candidates.map((segment) => segment.number));
    if (number > this.#settled) return;
    this.#breaks.delete(asked);
    if (number === this.#periods.at(-1)?.number) return;
    const members = tracks.filter(({ waiting }) => waiting.some((segment) => segment.number === number));
    const firsts = candidates.filter((segment) => segment.number === number);
    const start = Math.min(...firsts.map(startMicros));
    this.#periods.push({ number, start, trackIds: members.map(({ id }) => id) });
  }

  #forget(firstListed: number): void {
    this.#first = Math.max(this.#first, firstListed);
    while (this.#periods.length > 1 && this.#periods[1]!.number <= this.#first) this.#periods.shift();
  }
}

function isWaitedFor(track: Progress, lead: Progress): boolean {
  return lead.recent.filter((number) => number > track.last.number).length < SEGMENTS_TO_WAIT;
}

/** Whether a segment follows the one before in its track without a break. */
export function continues(previous: Segment, next: Segment): boolean {
  return next.number === previous.number + 1 && !next.discontinuity && next.init.id === previous.init.id;
}
