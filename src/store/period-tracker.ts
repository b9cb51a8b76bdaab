import { startMicros } from "./media-micros.ts";
import type { Period, Segment, Track } from "./segment.ts";

/** A track is waited for until another has published this many segments after its last. */
const SEGMENTS_TO_WAIT = 3;

/** The lowest number of a track that playlists list, and that can be fetched at all; 0 while that is all of them. */
type Window = { readonly firstListed: number; readonly firstKept: number };

/** What is known of one track. */
type Progress = {
  readonly track: Track;
  readonly last: Segment;
  readonly window: Window;
  /** Numbers of its newest segments, at most {@link SEGMENTS_TO_WAIT}, oldest first. */
  readonly recent: readonly number[];
  /** Its segments that are not settled yet, oldest first. */
  readonly waiting: Segment[];
};

/** A run that may still grow; `last` outlives the segments that leave the window. */
type OpenRun = { readonly track: Track; last: Segment | undefined; segments: Segment[] };
type OpenPeriod = { readonly number: number; readonly start: number; runs: OpenRun[] };

/**
 * Divides a channel into periods that never change once they can be seen, but for growing at the end and shrinking at
 * the start.
 *
 * A break in any track ends the period of all tracks at the same segment number, so a number may be listed only when
 * nothing that is still to come can turn out to break there. It is *settled* when every track has published it or a
 * later one. A track that falls silent is waited for until another has published {@link SEGMENTS_TO_WAIT} segments
 * more. Then a period without it begins, so that no player switches to it (unless it is the only one of its kind:
 * players do not bear a period without sound); when it is back, another with it. Both begin behind the settled numbers.
 * Hence number, start and tracks of a period are final when it opens.
 *
 * @spec ISO/IEC 23009-1 5.3.2, 5.4
 */
export class PeriodTracker {
  readonly #tracks = new Map<string, Progress>();
  /** Numbers, not settled yet, from which on a period must begin. */
  #breaks: number[] = [];
  #periods: OpenPeriod[] = [];
  #settled = 0;
  #numbersTellTime = false;

  /** Segments are found by number alone, which tells their time: a hole breaks nothing. */
  setNumbersTellTime(): void {
    this.#numbersTellTime = true;
  }

  /** Takes note of a segment, and of where it leaves the window of its track. */
  publish(track: Track, segment: Segment, { firstListed, firstKept }: Window): void {
    const before = this.#tracks.get(track.id);
    if (before !== undefined && !this.#continues(before.last, segment)) this.#breakAt(segment.number);
    const recent = [...(before?.recent ?? []), segment.number].slice(-SEGMENTS_TO_WAIT);
    const waiting = [...(before?.waiting ?? []), segment];
    this.#tracks.set(track.id, { track, last: segment, window: { firstListed, firstKept }, recent, waiting });
  }

  /**
   * Settles what can be settled. Not to be called before the channel can be fetched: the tracks that have segments then
   * are those of the first period.
   *
   * @param ended - Nothing more will come: everything is settled.
   */
  settle(ended: boolean): void {
    const all = [...this.#tracks.values()];
    if (ended && this.#numbersTellTime) this.#divideAtHoles(all);
    const lead = all.reduce((a, b) => (b.last.number > a.last.number ? b : a));
    const active = ended ? all : all.filter((progress) => isWaitedFor(progress, lead));
    if (this.#periods.length === 0) this.#periods = [open(0, 0, all)];
    const reached = ended ? lead.last.number : Math.min(...active.map(({ last }) => last.number));
    this.#settled = Math.max(this.#settled, reached);
    // At the end all are active, and what one kind has alone is all there will be.
    this.#listSettled(all, ended ? [] : active);
    this.#forget(Math.min(this.#settled, ...active.map(({ window }) => window.firstListed)));
    if (this.#membersChange(active)) this.#breakAt(this.#settled + 1);
  }

  /** What is settled and has not left the window. */
  periods(): readonly Period[] {
    return this.#periods.flatMap(({ number, start, runs }) => {
      const listed = runs.filter(({ segments }) => segments.length > 0);
      return listed.length === 0
        ? []
        : [{ number, start, runs: listed.map(({ track, segments }) => ({ track, segments: [...segments] })) }];
    });
  }

  /** From now on numbers alone tell nothing any more: lists what is listed anew. */
  #divideAtHoles(all: readonly Progress[]): void {
    this.#numbersTellTime = false;
    for (const { track, waiting } of all) {
      const runs = this.#periods.flatMap((period) => period.runs.filter((run) => run.track.id === track.id));
      waiting.unshift(...runs.flatMap(({ segments }) => segments));
      const breaks = waiting.filter((segment, i) => i > 0 && !this.#continues(waiting[i - 1]!, segment));
      this.#breaks.push(...breaks.map(({ number }) => number));
    }
    this.#periods = [];
  }

  #breakAt(number: number): void {
    this.#breaks.push(Math.max(number, this.#settled + 1));
  }

  /**
   * Moves segments from those that wait to the newest period, number by number, opening one where a break asks for it. None opens without
   * pictures, or without sound, where there are any: what is of the other kind alone is not listed.
   *
   * @param active - Those of them that are alive.
   */
  #listSettled(all: readonly Progress[], active: readonly Progress[]): void {
    const waiting = all.flatMap((progress) => progress.waiting.map(({ number }) => number));
    const numbers = new Set(waiting.filter((number) => number <= this.#settled).sort((a, b) => a - b));
    for (const number of numbers) {
      const present = all.filter((progress) => progress.waiting[0]?.number === number);
      if (this.#breaks.some((asked) => asked <= number)) {
        if (active.some(({ track }) => present.every((progress) => progress.track.kind !== track.kind))) {
          for (const { waiting } of present) waiting.shift();
          continue;
        }
        this.#breaks = this.#breaks.filter((asked) => asked > number);
        this.#periods.push(open(number, Math.min(...present.map(({ waiting }) => startMicros(waiting[0]!))), present));
      }
      for (const { track, waiting } of present) this.#list(track, waiting.shift()!);
    }
  }

  /** What does not continue its run here came too late for a break of its own, and waits for the next period. */
  #list(track: Track, segment: Segment): void {
    const run = this.#periods.at(-1)!.runs.find((candidate) => candidate.track.id === track.id);
    if (run === undefined || (run.last !== undefined && !this.#continues(run.last, segment))) return;
    run.segments.push(segment);
    run.last = segment;
  }

  /**
   * Drops what is older than `first`, and, where a lagging track held that back, what can no longer be fetched. While nothing new can be
   * listed after an outage, it drops only the latter, and not all there is.
   */
  #forget(first: number): void {
    const keptOf = ({ id }: Track): number => this.#tracks.get(id)!.window.firstKept;
    const lowestOf = [(track: Track) => Math.max(first, keptOf(track)), keptOf].find((lowest) =>
      this.#periods.some(({ runs }) =>
        runs.some(({ track, last }) => last !== undefined && last.number >= lowest(track)),
      ),
    );
    if (lowestOf === undefined) return;
    for (const period of this.#periods) {
      for (const { track, segments } of period.runs) {
        const lowest = lowestOf(track);
        while (segments[0] !== undefined && segments[0].number < lowest) segments.shift();
      }
      period.runs = period.runs.filter(({ last, segments }) => last === undefined || segments.length > 0);
    }
    this.#periods = this.#periods.filter(({ runs }, index) => runs.length > 0 || index === this.#periods.length - 1);
  }

  /**
   * Whether a segment follows the one before in its track without a break. Where time is missing between them a jump of `S@t` would do
   * (ISO/IEC 23009-1 5.3.9.6), but dash.js 5 never asks for what comes after it.
   */
  #continues(previous: Segment, next: Segment): boolean {
    if (next.init.id !== previous.init.id) return false;
    const isNext = next.number === previous.number + 1 && next.start === previous.start + previous.duration;
    return isNext || (this.#numbersTellTime && next.number > previous.number);
  }

  /**
   * Whether a track that is alive is not in the newest period, or one is in it that others of its kind have outlived.
   */
  #membersChange(active: readonly Progress[]): boolean {
    const members = this.#periods.at(-1)!.runs.map(({ track }) => track);
    const alive = active.map(({ track }) => track);
    const joins = alive.some(({ id }) => members.every((member) => member.id !== id));
    const leaves = members.some(
      ({ id, kind }) => alive.every((track) => track.id !== id) && alive.some((track) => track.kind === kind),
    );
    return joins || leaves;
  }
}

function open(number: number, start: number, members: readonly Progress[]): OpenPeriod {
  return { number, start, runs: members.map(({ track }) => ({ track, last: undefined, segments: [] })) };
}

function isWaitedFor(progress: Progress, lead: Progress): boolean {
  return lead.recent.filter((number) => number > progress.last.number).length < SEGMENTS_TO_WAIT;
}
