import { type ObjectPath, pathOf } from "./object-path.ts";
import type { InitTrack } from "./read-media.ts";
import { trackWords } from "./track-name.ts";

/** An init segment that is there. */
type KnownInit = {
  readonly object: ObjectPath;
  readonly words: readonly string[];
  readonly tracks: readonly InitTrack[];
};

/** Init segments in one folder: an encoder has some ten tracks. The oldest gives way. */
const MAX_IN_FOLDER = 64;

/** Folders; the oldest gives way, and its init segments are read from the disk again. */
const MAX_FOLDERS = 1000;

/** The init segments that are known, and which of them a segment needs. */
export class InitBook {
  readonly #folders = new Map<string, Map<string, KnownInit>>();

  add(object: ObjectPath, tracks: readonly InitTrack[]): void {
    const known = this.#folders.get(object.folder) ?? new Map<string, KnownInit>();
    // The newest stands last.
    known.delete(object.name);
    known.set(object.name, { object, words: trackWords(object, true), tracks });
    this.#folders.set(object.folder, known);
    if (known.size > MAX_IN_FOLDER) known.delete(known.keys().next().value!);
    if (this.#folders.size > MAX_FOLDERS) this.#folders.delete(this.#folders.keys().next().value!);
  }

  remove(object: ObjectPath): void {
    const known = this.#folders.get(object.folder);
    known?.delete(object.name);
    if (known?.size === 0) this.#folders.delete(object.folder);
  }

  /** Whether there is one at all in a folder. */
  has(folder: string): boolean {
    return this.#folders.has(folder);
  }

  /**
   * The tracks of the init segment that a segment needs: of those in its folder whose words of the track are all in its name the one with the most
   * of them, as that is no other track's; with its extension if there are several. Else the only one there, whatever it is called.
   */
  of(segment: ObjectPath): readonly InitTrack[] | undefined {
    const known = [...(this.#folders.get(segment.folder)?.values() ?? [])].reverse();
    const words = trackWords(segment, false);
    const fitting = known.filter((init) => init.words.every((word) => words.includes(word)));
    const most = Math.max(...fitting.map((init) => init.words.length));
    const best = fitting.filter((init) => init.words.length === most);
    const init =
      best.find(({ object }) => object.extension === segment.extension) ??
      best[0] ??
      (known.length === 1 ? known[0] : undefined);
    return init?.tracks;
  }

  /** For messages: what there is in the folder of a segment. */
  listed({ folder }: ObjectPath): string {
    const names = [...(this.#folders.get(folder)?.values() ?? [])].map(({ object }) => pathOf(object));
    return names.length === 0 ? "none" : names.join(", ");
  }
}
