import type { MediaTime } from "../time/units.ts";
import { BitrateMeter } from "./bitrate-meter.ts";
import { gapEnds } from "./gap-ends.ts";
import type { ListingRules } from "./listing-rules.ts";
import { endMicros, type SegmentStart, startMicros } from "./media-micros.ts";
import { nextPart, type PartName } from "./next-part.ts";
import type { InitSegment, OpenSegment, Part, Segment, Track, TrackSnapshot } from "./segment.ts";

/** A segment that no playlist lists any more. */
type Departed = {
  readonly segment: Segment;
  /** On the track's own clock: until when a client may still ask for it. */
  readonly until: number;
};

/**
 * The segments of one track: those that playlists list, and those that left them but must stay fetchable.
 *
 * Its clock is the media published so far, gaps included, in microseconds: it needs no host clock and goes like one in
 * a live channel. It stands still while the input is lost, which keeps segments longer than they must be, never
 * shorter.
 *
 * @spec rfc8216bis 6.2.2
 */
export class TrackStore {
  readonly track: Track;
  readonly #rules: ListingRules;
  readonly #bitrate: BitrateMeter;
  readonly #inits = new Map<string, { readonly init: InitSegment; uses: number }>();
  /** Oldest first; never empty once something is published. */
  readonly #listed: Segment[] = [];
  /** Oldest first, all older than those listed. */
  readonly #departed: Departed[] = [];
  #open: OpenSegment | undefined;
  #published = 0;
  #clock = 0;
  /** Duration of the playlist as it is and of the longest there was, in microseconds. */
  #playlist = 0;
  #longestPlaylist = 0;
  #segments: readonly Segment[] | undefined;
  #snapshot: TrackSnapshot | undefined;

  constructor(track: Track, rules: ListingRules) {
    this.track = track;
    this.#rules = rules;
    this.#bitrate = new BitrateMeter(rules.targetDuration);
  }

  /** Segments published since start. */
  get published(): number {
    return this.#published;
  }

  /** The lowest number listed; 0 while nothing has left the playlist. */
  get firstListed(): number {
    return this.#listed.length === this.#published ? 0 : this.#listed[0]!.number;
  }

  /** The lowest number that can be fetched; 0 while all can. */
  get firstKept(): number {
    return this.#departed[0]?.segment.number ?? this.firstListed;
  }

  /** Whether a segment of that number should be there, between others that are, and never came. */
  isMissing(number: number): boolean {
    const first = this.#departed[0]?.segment ?? this.#listed[0];
    const newest = this.#open?.number ?? this.newest;
    return first !== undefined && number > first.number && number < newest! && this.find(number) === undefined;
  }

  /**
   * Takes a segment, whose number must rise.
   *
   * After a hole that gap entries cannot fill, the list starts again with it where a window slides.
   *
   * @param keepBody - Otherwise everything but the bytes is kept.
   * @returns It, with the parts it was published as before.
   */
  publish(segment: Segment, keepBody: boolean): Segment {
    const previous = this.#listed.at(-1);
    this.#checkRises(segment.number, previous);
    const whole = withParts(segment, this.#open);
    this.#open = undefined;
    const gap = previous === undefined ? 0 : this.#gapMicros(previous, segment);
    const duration = durationMicros(segment);
    this.#bitrate.add(segment.size, duration, segment.number - 1 === previous?.number);
    this.#clock += (gap ?? 0) + duration;
    if (gap === undefined && this.#rules.listed !== undefined) while (this.#listed.length > 0) this.#unlist();
    this.#list(keepBody ? whole : { ...whole, body: [] }, (gap ?? 0) + duration);
    this.#slide();
    this.#evict();
    this.#published++;
    this.#segments = undefined;
    this.#snapshot = undefined;
    return whole;
  }

  /**
   * Takes the next part of the segment that follows the last.
   *
   * @param expectedEnd - Where that segment should end, in the init segment's timescale.
   * @returns All of it so far.
   */
  publishPart(part: Part, expectedEnd: MediaTime): OpenSegment {
    this.#checkRises(part.number, this.#listed.at(-1));
    const open = this.#open?.number === part.number ? this.#open : undefined;
    if (part.index !== (open?.parts.length ?? 0)) {
      throw new Error(`track ${this.track.id}: part ${part.number}.${part.index} published out of order`);
    }
    this.#open = { ...(open ?? this.#begin(part)), expectedEnd, parts: [...(open?.parts ?? []), part] };
    this.#snapshot = undefined;
    return this.#open;
  }

  /** The segment of that number, as long as a client may ask for it. */
  find(number: number): Segment | undefined {
    return (
      search(this.#listed, number, (segment) => segment.number) ??
      search(this.#departed, number, ({ segment }) => segment.number)?.segment
    );
  }

  /** A part; `pending`: it is expected next; `expired`: it is gone or will not come; `unknown`: it may come later. */
  part(name: PartName): Part | "pending" | "expired" | "unknown" {
    const newest = this.#open?.number ?? this.newest;
    if (newest === undefined) return "unknown";
    const parts = this.#open?.number === name.number ? this.#open.parts : this.find(name.number)?.parts;
    const part = parts?.[name.index];
    if (part !== undefined) return part;
    if (name.number < newest || (name.number === newest && this.#open === undefined)) return "expired";
    const next = this.#listed.length === 0 ? undefined : nextPart({ segments: this.#listed, open: this.#open });
    return name.number === next?.number && name.index === next.index ? "pending" : "unknown";
  }

  /** The newest segment's number; undefined before the first. */
  get newest(): number | undefined {
    return this.#listed.at(-1)?.number;
  }

  /** The init segment with that id, as long as one of the kept segments needs it. */
  init(id: string): InitSegment | undefined {
    return this.#inits.get(id)?.init;
  }

  /** The track as it can be fetched now: the same object until something is published. */
  snapshot(): TrackSnapshot {
    this.#segments ??= [...this.#listed];
    this.#snapshot ??= {
      track: this.track,
      segments: this.#segments,
      ...this.#shownOpen(),
      peakBitrate: this.#bitrate.peak,
      averageBitrate: this.#bitrate.average,
    };
    return this.#snapshot;
  }

  /** What is being made, unless it comes after a hole that nothing can tell in a playlist: then it is shown when it is whole. */
  #shownOpen(): Pick<TrackSnapshot, "open"> {
    const last = this.#listed.at(-1);
    if (this.#open === undefined || last === undefined) return {};
    return this.#gapMicros(last, this.#open) === undefined ? {} : { open: this.#open };
  }

  #begin({ number, start, init }: Part): Omit<OpenSegment, "expectedEnd" | "parts"> {
    const last = this.#listed.at(-1);
    const isNext = last?.number === number - 1;
    return { number, start, init, ...(isNext ? { previous: { number: last.number, quality: last.quality } } : {}) };
  }

  #checkRises(number: number, previous: Segment | undefined): void {
    if (previous !== undefined && number <= previous.number) {
      throw new Error(`track ${this.track.id}: segment ${number} published after ${previous.number}`);
    }
  }

  #list(segment: Segment, micros: number): void {
    const init = this.#inits.get(segment.init.id) ?? { init: segment.init, uses: 0 };
    init.uses++;
    this.#inits.set(segment.init.id, init);
    this.#listed.push(segment);
    this.#playlist += micros;
  }

  /** Takes from the front of the list what the window no longer needs. */
  #slide(): void {
    const { listed } = this.#rules;
    if (listed !== undefined) {
      while (this.#listed.length > 1 && this.#playlist - this.#frontMicros() >= listed) this.#unlist();
    }
    this.#longestPlaylist = Math.max(this.#longestPlaylist, this.#playlist);
  }

  #unlist(): void {
    this.#playlist -= this.#frontMicros();
    const segment = this.#listed.shift()!;
    this.#departed.push({ segment, until: this.#clock + durationMicros(segment) + this.#longestPlaylist });
  }

  /** What the list gets shorter by when its first segment goes: its duration and the gap after it. */
  #frontMicros(): number {
    const [first, second] = this.#listed;
    return durationMicros(first!) + (second === undefined ? 0 : (this.#gapMicros(first!, second) ?? 0));
  }

  /** What gap entries between two listed segments add to the playlist; undefined where none can fill the hole. */
  #gapMicros(previous: Segment, next: SegmentStart): number | undefined {
    const ends = gapEnds(previous, next, this.#rules);
    return ends && (ends.at(-1) ?? endMicros(previous)) - endMicros(previous);
  }

  #evict(): void {
    while (this.#departed.length > 0 && this.#departed[0]!.until <= this.#clock) {
      const { segment } = this.#departed.shift()!;
      const init = this.#inits.get(segment.init.id)!;
      init.uses--;
      if (init.uses === 0) this.#inits.delete(segment.init.id);
    }
  }
}

/** What it was published as before; its first byte could be fetched with the first of them. */
function withParts(segment: Segment, open: OpenSegment | undefined): Segment {
  if (open?.number !== segment.number) return segment;
  const { parts, previous } = open;
  const { availableAt } = parts[0]!;
  return {
    ...{ ...segment, parts },
    ...(availableAt === undefined ? {} : { availableAt }),
    ...(previous === undefined ? {} : { previous }),
  };
}

function durationMicros(segment: Segment): number {
  return endMicros(segment) - startMicros(segment);
}

/** Finds a number in a list in which numbers rise. */
function search<Item>(items: readonly Item[], number: number, numberOf: (item: Item) => number): Item | undefined {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numberOf(items[middle]!) < number) low = middle + 1;
    else high = middle;
  }
  const found = items[low];
  return found !== undefined && numberOf(found) === number ? found : undefined;
}
