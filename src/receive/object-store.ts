import { createHash, type Hash } from "node:crypto";
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { makeFolder } from "../make-folder.ts";
import { type ObjectPath, objectAt, pathOf } from "./object-path.ts";

/** What is kept beside an object, in a hidden file that is never served. */
export type ObjectNote = {
  /** In hexadecimal digits. */
  readonly sha256: string;
  /** The value of the header, where there is one. */
  readonly cmsdStatic?: string;
  readonly isInit?: true;
};

/** How an object stands to what was there under its name before. */
export type Novelty = "new" | "same" | "changed";

/** Thrown where a name cannot be taken: one of its folders is an object, or it is a folder itself. */
export class NameTakenError extends Error {}

/** What the system says then. */
const TAKEN: ReadonlySet<string> = new Set(["EEXIST", "ENOTDIR", "EISDIR", "ENOTEMPTY"]);

/** A note is some hundred bytes; what is longer is none of ours. */
const MAX_NOTE_BYTES = 64 * 1024;

/**
 * Objects as files below one folder.
 *
 * Each call does what it does at once, without giving way to another request: folders cannot be removed as empty while an object
 * comes, and of two objects of one name one is whole before the other. Pieces are written as they come, a few milliseconds for a segment.
 */
export class ObjectStore {
  readonly #root: string;
  #uploads = 0;

  /** @throws Error - as node:fs gives it, when the folder cannot be made or written. */
  constructor(root: string) {
    this.#root = resolve(root);
    makeFolder(this.#root);
    // Says at once that it cannot be written.
    this.begin("").discard();
  }

  /**
   * Begins an object: in the folder where it will lie, so that it can be renamed.
   *
   * @throws NameTakenError
   */
  begin(folder: string): Upload {
    const path = join(this.#root, folder);
    const file = join(path, `.upload-${process.pid}-${this.#uploads++}`);
    return taking(() => {
      makeFolder(path);
      return new Upload(file, () => this.#prune(path));
    });
  }

  /**
   * Puts a whole object in its place.
   *
   * @throws NameTakenError
   */
  keep(upload: Upload, object: ObjectPath, more: Omit<ObjectNote, "sha256">): Novelty {
    const note: ObjectNote = { sha256: upload.digest(), ...more };
    const before = this.note(object);
    const path = this.pathOf(object);
    const notePath = notePathOf(path);
    const novelty = before === undefined ? "new" : before.sha256 === note.sha256 ? "same" : "changed";
    taking(() => {
      upload.moveTo(path);
      const temporary = `${upload.file}.json`;
      writeFileSync(temporary, JSON.stringify(note));
      renameSync(temporary, notePath);
    });
    return novelty;
  }

  /** What is kept beside an object; undefined where there is no such object, or nothing that can be read beside it. */
  note(object: ObjectPath): ObjectNote | undefined {
    const path = this.pathOf(object);
    const notePath = notePathOf(path);
    if (!isFile(path) || !isFile(notePath) || statSync(notePath).size > MAX_NOTE_BYTES) return undefined;
    return parseNote(readFileSync(notePath, "utf8"));
  }

  has(object: ObjectPath): boolean {
    return isFile(this.pathOf(object));
  }

  /** @returns False: there is none. */
  remove(object: ObjectPath): boolean {
    const path = this.pathOf(object);
    if (!isFile(path)) return false;
    rmSync(path);
    rmSync(notePathOf(path), { force: true });
    this.#prune(dirname(path));
    return true;
  }

  /** The init segments that lie in a folder, as an earlier run left them. */
  *inits(folder: string): Generator<{ readonly object: ObjectPath; readonly bytes: Uint8Array }> {
    const path = join(this.#root, folder);
    if (!existsSync(path)) return;
    for (const name of readdirSync(path)) {
      const object = name.startsWith(".") ? undefined : objectAt(folder, name);
      if (object?.kind !== "media" || this.note(object)?.isInit !== true) continue;
      yield { object, bytes: readFileSync(this.pathOf(object)) };
    }
  }

  pathOf(object: ObjectPath): string {
    return join(this.#root, pathOf(object));
  }

  /** Removes a folder and those above it that it leaves empty. */
  #prune(folder: string): void {
    for (let path = folder; path !== this.#root; path = dirname(path)) {
      if (!existsSync(path) || readdirSync(path).length > 0) return;
      rmdirSync(path);
    }
  }
}

/** An object that arrives: a hidden file until it is whole. */
export class Upload {
  readonly file: string;
  readonly #prune: () => void;
  readonly #descriptor: number;
  readonly #hash: Hash = createHash("sha256");
  #isOpen = true;
  #isMoved = false;

  constructor(file: string, prune: () => void) {
    this.file = file;
    this.#prune = prune;
    this.#descriptor = openSync(file, "wx");
  }

  write(piece: Uint8Array): void {
    this.#hash.update(piece);
    for (let at = 0; at < piece.length; ) at += writeSync(this.#descriptor, piece, at);
  }

  digest(): string {
    return this.#hash.digest("hex");
  }

  moveTo(path: string): void {
    this.#close();
    renameSync(this.file, path);
    this.#isMoved = true;
  }

  /** Leaves nothing behind, unless it has been put in its place. */
  discard(): void {
    this.#close();
    if (this.#isMoved) return;
    this.#isMoved = true;
    rmSync(this.file, { force: true });
    this.#prune();
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#descriptor);
    this.#isOpen = false;
  }
}

function notePathOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.json`);
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch (error) {
    // One of its folders is an object.
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return false;
    throw error;
  }
}

function parseNote(text: string): ObjectNote | undefined {
  let note: unknown;
  try {
    note = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof note !== "object" || note === null) return undefined;
  const { sha256, cmsdStatic, isInit } = note as Readonly<Record<string, unknown>>;
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  return {
    sha256,
    // Both become headers.
    ...(typeof cmsdStatic === "string" && /^[\x20-\x7e]+$/.test(cmsdStatic) && { cmsdStatic }),
    ...(isInit === true && { isInit }),
  };
}

function taking<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof Error && "code" in error && TAKEN.has(String(error.code)))
      throw new NameTakenError(error.message);
    throw error;
  }
}
