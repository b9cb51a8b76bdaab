import type { MediaTime, Milliseconds } from "../time/units.ts";
import { compareTrackIds } from "../timeline/stream-names.ts";
import { listingRules } from "./listing-rules.ts";
import type { PartName } from "./next-part.ts";
import { PeriodTracker } from "./period-tracker.ts";
import type { ChannelSnapshot, InitSegment, LowLatency, OpenSegment, Part, Period, Segment, Track } from "./segment.ts";
import { TrackStore } from "./track-store.ts";

/** What a store must know of its channel from the start. */
export type ChannelStoreOptions = {
  readonly name: string;
  /** Nominal duration of a segment. */
  readonly segmentDuration: Milliseconds;
  /** How much of the past the manifests list; absent: everything, for files. */
  readonly window?: Milliseconds;
  /** Keep the bytes of segments; otherwise listeners get them and nobody else. */
  readonly retainBodies: boolean;
};

/** Told of each segment after it can be fetched. */
export type PublishListener = (track: Track, segment: Segment) => void;

/** Told of each part after it can be fetched, with all of its segment so far. */
export type OpenListener = (track: Track, open: OpenSegment) => void;

/** Told after every change; `trackId` is absent where it is no track's alone: the end. */
export type ChangeListener = (trackId?: string) => void;

/**
 * A channel is shown without the tracks that are still silent once another has this many segments: a player needs as
 * many to start from.
 */
const SEGMENTS_TO_WAIT = 3;

/**
 * What is published of one channel now: packaging writes it, manifests are written from its snapshots, and the server
 * reads it.
 *
 * No I/O and no clock: time is the media that was published. Memory is bounded by the window.
 */
export class ChannelStore {
  readonly #options: ChannelStoreOptions;
  readonly #tracks: Track[] = [];
  readonly #stores = new Map<string, TrackStore>();
  readonly #listeners = new Set<PublishListener>();
  readonly #openListeners = new Set<OpenListener>();
  readonly #changeListeners = new Set<ChangeListener>();
  readonly #periods = new PeriodTracker();
  /** What they list, once that was asked for since a segment was published. */
  #listed: readonly Period[] | undefined;
  #targetDuration: number | undefined;
  #lowLatency: LowLatency | undefined;
  #version = 0;
  #visible = false;
  #ended = false;
  #snapshot: ChannelSnapshot | undefined;

  constructor(options: ChannelStoreOptions) {
    this.#options = options;
  }

  /**
   * Fixes the target duration for the life of the channel: once, before the first segment.
   *
   * @param seconds - Whole seconds that no segment's rounded duration will exceed.
   */
  setTargetDuration(seconds: number): void {
    if (this.#targetDuration !== undefined)
      throw new Error(`channel ${this.#options.name}: the target duration is constant`);
    this.#targetDuration = seconds;
  }

  /** Fixes what never changes in a channel of low latency: once, before the first part. */
  setLowLatency(lowLatency: LowLatency): void {
    this.#lowLatency = lowLatency;
    this.#periods.setNumbersTellTime();
  }

  /** Absent before it is known. */
  get targetDuration(): number | undefined {
    return this.#targetDuration;
  }

  /** All that were announced, in that order. */
  get tracks(): readonly Track[] {
    return this.#tracks;
  }

  /** Announces a track. It is shown with its first segment. */
  addTrack(track: Track): void {
    if (this.#tracks.some(({ id }) => id === track.id)) throw new Error(`track ${track.id} is there already`);
    this.#tracks.push(track);
  }

  /** Adds a segment to a track, whose numbers must rise, and tells the listeners. */
  publish(trackId: string, segment: Segment): void {
    if (this.#ended) throw new Error(`track ${trackId}: segment ${segment.number} published after the end`);
    const store = this.#store(trackId);
    const whole = store.publish(segment, this.#options.retainBodies);
    this.#periods.publish(store.track, { ...segment, body: [] }, store);
    this.#settle();
    for (const listener of [...this.#listeners]) listener(store.track, whole);
    this.#tellChange(trackId);
  }

  /**
   * Adds a part to the segment of a track that is being made, or opens one with it.
   *
   * @param expectedEnd - Where that segment should end, in the init segment's timescale.
   */
  publishPart(trackId: string, part: Part, expectedEnd: MediaTime): void {
    if (this.#ended) throw new Error(`track ${trackId}: part ${part.number}.${part.index} published after the end`);
    const store = this.#store(trackId);
    const open = store.publishPart(part, expectedEnd);
    this.#changed();
    for (const listener of [...this.#openListeners]) listener(store.track, open);
    this.#tellChange(trackId);
  }

  /** Nothing will be added any more. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#settle();
    this.#tellChange();
  }

  /**
   * The channel as it can be fetched now: the same object until it changes. Undefined until there is something to play:
   * a segment of every track, or {@link SEGMENTS_TO_WAIT} of one, so that what a player reads first names every track
   * that is alive.
   */
  snapshot(): ChannelSnapshot | undefined {
    if (this.#visible) this.#snapshot ??= this.#takeSnapshot();
    return this.#snapshot;
  }

  /** The init segment with that id, as long as a segment that can be fetched needs it. */
  initSegment(trackId: string, id: string): InitSegment | undefined {
    return this.#stores.get(trackId)?.init(id);
  }

  /** A segment; `missing`: it never came, but others around it; `expired`: it is gone for good; `unknown`: it may still come. */
  segment(trackId: string, number: number): Segment | "missing" | "expired" | "unknown" {
    const store = this.#stores.get(trackId);
    if (store?.isMissing(number)) return "missing";
    if (store?.newest === undefined || number > store.newest) return "unknown";
    return store.find(number) ?? "expired";
  }

  /** A part; `pending`: it is expected next; `expired`: it is gone or will not come; `unknown`: it may come later. */
  part(trackId: string, name: PartName): Part | "pending" | "expired" | "unknown" {
    return this.#stores.get(trackId)?.part(name) ?? "unknown";
  }

  /**
   * Calls the listener after every change.
   *
   * @returns What ends that.
   */
  onChange(listener: ChangeListener): () => void {
    this.#changeListeners.add(listener);
    return () => {
      this.#changeListeners.delete(listener);
    };
  }

  /**
   * Calls the listener after each publish with the track and the segment, body included.
   *
   * @returns What ends that.
   */
  onPublish(listener: PublishListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * Calls the listener after each part.
   *
   * @returns What ends that.
   */
  onOpen(listener: OpenListener): () => void {
    this.#openListeners.add(listener);
    return () => {
      this.#openListeners.delete(listener);
    };
  }

  #store(trackId: string): TrackStore {
    const known = this.#stores.get(trackId);
    if (known !== undefined) return known;
    const track = this.#tracks.find(({ id }) => id === trackId);
    if (track === undefined) throw new Error(`track ${trackId} was never added`);
    const store = new TrackStore(
      track,
      listingRules({ ...this.#options, targetDuration: this.#constantTargetDuration() }),
    );
    this.#stores.set(trackId, store);
    return store;
  }

  #changed(): void {
    this.#version++;
    this.#snapshot = undefined;
  }

  /** There is another segment, or the end: who is shown, and what periods list, follows from that. */
  #settle(): void {
    this.#changed();
    this.#visible ||= this.#isPlayable();
    if (!this.#visible) return;
    this.#periods.settle(this.#ended);
    this.#listed = undefined;
  }

  #tellChange(trackId?: string): void {
    for (const listener of [...this.#changeListeners]) listener(trackId);
  }

  #isPlayable(): boolean {
    const counts = this.#tracks.map(({ id }) => this.#stores.get(id)?.published ?? 0);
    if (this.#ended) return counts.some((count) => count > 0);
    return counts.every((count) => count > 0) || counts.some((count) => count >= SEGMENTS_TO_WAIT);
  }

  #takeSnapshot(): ChannelSnapshot {
    const { name, segmentDuration, window } = this.#options;
    const stores = this.#tracks
      .flatMap(({ id }) => this.#stores.get(id) ?? [])
      .filter(({ published }) => published > 0);
    // By name, since which of several inputs comes first is chance; video before audio.
    const ordered = stores.sort(
      (a, b) => -Number(isVideo(a)) + Number(isVideo(b)) || compareTrackIds(a.track.id, b.track.id),
    );
    this.#listed ??= this.#periods.periods();
    return {
      name,
      version: this.#version,
      ended: this.#ended,
      targetDuration: this.#constantTargetDuration(),
      segmentDuration,
      ...(this.#lowLatency === undefined ? {} : { lowLatency: this.#lowLatency }),
      ...(window === undefined ? {} : { window }),
      tracks: ordered.map((store) => store.snapshot()),
      periods: this.#listed,
    };
  }

  #constantTargetDuration(): number {
    if (this.#targetDuration === undefined)
      throw new Error(`channel ${this.#options.name}: no target duration was set`);
    return this.#targetDuration;
  }
}

function isVideo({ track }: TrackStore): boolean {
  return track.kind === "video";
}
