import type { ElementaryStream } from "../demux/access-unit.ts";
import type { StreamIdentity } from "./stream-timeline.ts";

/**
 * Says what the n-th stream of its kind in an input's programme is called in the output; n counts from 1. Undefined where it
 * is not wanted.
 */
export type IdentifyStream = (stream: ElementaryStream, ordinal: number) => StreamIdentity | undefined;

/**
 * Gives the streams of a channel's inputs their names in URLs.
 *
 * A name follows from the place of the input in the configuration and of the stream in its programme, never from what
 * came first: `v1`, `v2`, `a1` in a channel of one input; in one of several, `v2` is the first video of the second input
 * and `v2-3` its third. Encoders repeat the sound in each rendition's stream: what a channel has of one codec and
 * language from an earlier input is not taken again from a later one.
 */
export class StreamNames {
  readonly #inputCount: number;
  readonly #sounds = new Map<string, number>();

  constructor(inputCount: number) {
    this.#inputCount = inputCount;
  }

  /**
   * @param input - Counts from 0.
   * @param ordinal - Of the stream among those of its kind in the programme, from 1.
   */
  identify(input: number, stream: ElementaryStream, ordinal: number): StreamIdentity | undefined {
    if (stream.kind === "audio") {
      const sound = `${stream.codec} ${stream.language ?? "und"} ${ordinal}`;
      const owner = this.#sounds.get(sound);
      if (owner !== undefined && owner < input) return undefined;
      this.#sounds.set(sound, input);
    }
    const letter = stream.kind === "video" ? "v" : "a";
    const several = ordinal === 1 ? `${input + 1}` : `${input + 1}-${ordinal}`;
    const id = letter + (this.#inputCount === 1 ? `${ordinal}` : several);
    return { id, ...(stream.language === undefined ? {} : { language: stream.language }) };
  }
}

/** Orders tracks by name: `v2` before `v10`. */
export function compareTrackIds(a: string, b: string): number {
  return a.localeCompare(b, "en", { numeric: true });
}
