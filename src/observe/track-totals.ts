import type { UnitCounts } from "../quality/quality-record.ts";
import type { Segment, Track } from "../store/segment.ts";

/** What has been published of one track since start. */
export class TrackTotals {
  readonly track: Track;
  readonly #threshold: number;
  readonly #transport = new Map<string, number>();
  readonly #units = { expected: 0, received: 0, scored: 0, lost: 0, damaged: 0, undecodable: 0 };
  #newest: Segment | undefined;
  segments = 0;
  bytes = 0;
  /** Numbers between segments that were never published. */
  missing = 0;
  belowThreshold = 0;
  /** Of the newest segments; one without a score ends the row, one that is missing does not. */
  belowThresholdInARow = 0;
  lostPackets = 0;

  /** @param threshold - Scores below it are counted. */
  constructor(track: Track, threshold: number) {
    this.track = track;
    this.#threshold = threshold;
  }

  /** @param segment - Its numbers rise. */
  add(segment: Segment): void {
    const { number, size, quality } = segment;
    this.segments++;
    this.bytes += size;
    if (this.#newest !== undefined) this.missing += number - this.#newest.number - 1;
    const isBelow = quality.score !== undefined && quality.score.value < this.#threshold;
    if (isBelow) this.belowThreshold++;
    this.belowThresholdInARow = isBelow ? this.belowThresholdInARow + 1 : 0;
    for (const name of unitCountNames) this.#units[name] += quality.pictures[name];
    for (const { code, events, packets = 0 } of quality.transport) {
      this.#transport.set(code, (this.#transport.get(code) ?? 0) + events);
      this.lostPackets += packets;
    }
    // Its bytes would outlive the window.
    this.#newest = { ...segment, body: [] };
  }

  /** Without its body. */
  get newest(): Segment | undefined {
    return this.#newest;
  }

  get units(): UnitCounts {
    return this.#units;
  }

  /** Events by code; codes never seen are absent. */
  get transport(): ReadonlyMap<string, number> {
    return this.#transport;
  }
}

/** The counts of a segment, in the order in which they are told. */
export const unitCountNames = ["expected", "received", "scored", "lost", "damaged", "undecodable"] as const;
