import type { Milliseconds } from "../time/units.ts";
import type { ReceiveProblem, ReceiveProblemCode } from "./receive-problem.ts";
import { TrackSequence } from "./track-sequence.ts";

/** A receiver for trying has some tens. What is sent to further ones is refused. */
const MAX_TRACKS = 1000;

/** What `/api/tracks` says of a track. */
export type TrackReport = {
  readonly track: string;
  /** Its init segment is there. */
  readonly init: boolean;
  /** Stored, repetitions included. */
  readonly objects: number;
  readonly bytes: number;
  /** Number of the newest segment. */
  readonly newest?: number;
  /** How often, by name. */
  readonly problems: Readonly<Partial<Record<ReceiveProblemCode, number>>>;
  /** Composite score that came with the newest object; in low latency that of the segment before. */
  readonly score?: number;
  /** When the last object was stored: ISO 8601. */
  readonly last?: string;
};

/** What is known of one track. */
export class TrackRecord {
  readonly id: string;
  readonly folder: string;
  readonly sequence: TrackSequence = new TrackSequence();
  hasInit = false;
  #objects = 0;
  #bytes = 0;
  #score: number | undefined;
  #last: Milliseconds | undefined;
  readonly #problems = new Map<ReceiveProblemCode, number>();

  constructor(id: string, folder: string) {
    this.id = id;
    this.folder = folder;
  }

  stored(bytes: number, score: number | undefined, at: Milliseconds): void {
    this.#objects++;
    this.#bytes += bytes;
    this.#score = score ?? this.#score;
    this.#last = at;
  }

  count({ code }: ReceiveProblem): void {
    this.#problems.set(code, (this.#problems.get(code) ?? 0) + 1);
  }

  report(): TrackReport {
    const { newest } = this.sequence;
    return {
      track: this.id,
      init: this.hasInit,
      objects: this.#objects,
      bytes: this.#bytes,
      ...(newest !== undefined && { newest }),
      problems: Object.fromEntries(this.#problems),
      ...(this.#score !== undefined && { score: this.#score }),
      ...(this.#last !== undefined && { last: new Date(this.#last).toISOString() }),
    };
  }
}

/** All tracks, in the order in which they were first seen. */
export class Tracks {
  readonly #tracks = new Map<string, TrackRecord>();

  /** @returns Undefined: there are as many as are kept, and this is none of them. */
  open(id: string, folder: string): TrackRecord | undefined {
    const known = this.#tracks.get(id);
    if (known !== undefined) return known;
    if (this.#tracks.size >= MAX_TRACKS) return undefined;
    const track = new TrackRecord(id, folder);
    this.#tracks.set(id, track);
    return track;
  }

  /** Another init segment has come in a folder: its tracks may count time from elsewhere. */
  forgetTimes(folder: string): void {
    for (const track of this.#tracks.values()) if (track.folder === folder) track.sequence.forgetTimes();
  }

  reports(): readonly TrackReport[] {
    return [...this.#tracks.values()].map((track) => track.report());
  }
}
