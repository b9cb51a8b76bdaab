import type { QualityRecord } from "../quality/quality-record.ts";
import type { ScoreWeights } from "../quality/score-weights.ts";
import { withSoundScores } from "../quality/segment-quality.ts";
import type { Part, Segment } from "../store/segment.ts";
import type { MediaTime } from "../time/units.ts";
import { compareTrackIds } from "../timeline/stream-names.ts";

/** A segment that is ready to be published, or a part of one with where that should end. */
export type Ready = { readonly kind: "segment"; readonly trackId: string; readonly segment: Segment } | ReadyPart;
type ReadyPart = {
  readonly kind: "part";
  readonly trackId: string;
  readonly part: Part;
  readonly expectedEnd: MediaTime;
};

/** Sound is behind the pictures by less than a segment, or they do not come. */
const MAX_KEPT = 8;

type Pictures = {
  readonly id: string;
  readonly input: number;
  newest: number;
  /** Of the newest segments, by number. */
  readonly metrics: Map<number, QualityRecord["metrics"]>;
};
type Sound = {
  readonly id: string;
  readonly input: number;
  waiting: Segment | undefined;
  /** Of the segment after the one that waits. */
  parts: readonly ReadyPart[];
};

/**
 * Gives segments of sound the scores that came with the pictures of the same segment, and so of the same time: those of the first
 * video of its input, or of the channel where its input has none.
 *
 * Sound waits for those pictures; where the next segment of sound comes first, they are missing, and it goes without. In parts, its second
 * part is late enough: who waits for parts must not wait for a segment.
 */
export class SoundScores {
  readonly #weights: ScoreWeights;
  readonly #pictures: Pictures[] = [];
  readonly #sounds = new Map<string, Sound>();

  constructor(weights: ScoreWeights) {
    this.#weights = weights;
  }

  addTrack(id: string, kind: "video" | "audio", input: number): void {
    if (kind === "audio") {
      this.#sounds.set(id, { id, input, waiting: undefined, parts: [] });
      return;
    }
    this.#pictures.push({ id, input, newest: Number.NEGATIVE_INFINITY, metrics: new Map() });
    // Which of several inputs comes first is chance.
    this.#pictures.sort((a, b) => compareTrackIds(a.id, b.id));
  }

  /** @returns What can be published now, in order. */
  push(trackId: string, segment: Segment): readonly Ready[] {
    const sound = this.#sounds.get(trackId);
    if (sound === undefined) return [{ kind: "segment", trackId, segment }, ...this.#takePictures(trackId, segment)];
    const before = this.#release(sound);
    sound.waiting = segment;
    const pictures = this.#picturesOf(sound);
    const mustWait = pictures !== undefined && pictures.newest < segment.number;
    return mustWait ? before : [...before, ...this.#release(sound)];
  }

  /** @returns What can be published now, in order. */
  pushPart(trackId: string, part: Part, expectedEnd: MediaTime): readonly Ready[] {
    const ready: ReadyPart = { kind: "part", trackId, part, expectedEnd };
    const sound = this.#sounds.get(trackId);
    if (sound?.waiting === undefined) return [ready];
    if (part.index > 0) return [...this.#release(sound), ready];
    sound.parts = [ready];
    return [];
  }

  /** The end of the channel: nothing waits any more. */
  flush(): readonly Ready[] {
    return [...this.#sounds.values()].flatMap((sound) => this.#release(sound));
  }

  #takePictures(trackId: string, { number, quality }: Segment): readonly Ready[] {
    const pictures = this.#pictures.find(({ id }) => id === trackId);
    if (pictures === undefined) return [];
    pictures.newest = number;
    pictures.metrics.set(number, quality.metrics);
    if (pictures.metrics.size > MAX_KEPT) pictures.metrics.delete(pictures.metrics.keys().next().value!);
    const due = [...this.#sounds.values()].filter(
      (sound) => sound.waiting !== undefined && sound.waiting.number <= number && this.#picturesOf(sound) === pictures,
    );
    return due.flatMap((sound) => this.#release(sound));
  }

  #picturesOf({ input }: Sound): Pictures | undefined {
    return this.#pictures.find((pictures) => pictures.input === input) ?? this.#pictures[0];
  }

  #release(sound: Sound): readonly Ready[] {
    const { id: trackId, waiting, parts } = sound;
    if (waiting === undefined) return [];
    sound.waiting = undefined;
    sound.parts = [];
    const metrics = this.#picturesOf(sound)?.metrics.get(waiting.number);
    const quality = metrics === undefined ? waiting.quality : withSoundScores(waiting.quality, metrics, this.#weights);
    return [{ kind: "segment", trackId, segment: { ...waiting, quality } }, ...parts];
  }
}
