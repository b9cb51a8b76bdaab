import { closeSync, mkdirSync, openSync, readdirSync, writeFileSync, writeSync, writevSync } from "node:fs";
import { join, resolve } from "node:path";
import { makeFolder } from "../make-folder.ts";
import { ConfigError } from "../problem/config-error.ts";
import { segmentHeaders } from "../quality/publish-headers.ts";
import { defaultPublishOptions } from "../quality/publish-options.ts";
import { segmentReport } from "../quality/segment-report.ts";
import type { Segment, Track } from "../store/segment.ts";

/** One track's folder. */
type TrackFolder = { readonly path: string; readonly ledger: number; init: string | undefined };

/** The folder `package` writes: the tree that the server would serve, and each track's list of segments with their quality. */
export class OutputTree {
  readonly #root: string;
  readonly #folders = new Map<string, TrackFolder>();
  #segments = 0;

  /** @throws ConfigError - when the folder cannot be made or is not empty. */
  constructor(root: string) {
    this.#root = root;
    let entries: readonly string[];
    try {
      makeFolder(resolve(root));
      entries = readdirSync(root);
    } catch (error) {
      throw new ConfigError("--out", root, `it must be a folder that can be written (${String(error)})`);
    }
    if (entries.length > 0) throw new ConfigError("--out", root, "it must be empty or not there yet");
  }

  /** Segments written so far. */
  get segments(): number {
    return this.#segments;
  }

  writeSegment(track: Track, segment: Segment): void {
    const folder = this.#folder(track.id);
    if (folder.init !== segment.init.id) {
      writeFileSync(join(folder.path, `init-${segment.init.id}.mp4`), segment.init.bytes);
      folder.init = segment.init.id;
    }
    const file = openSync(join(folder.path, `${segment.number}.m4s`), "w");
    writevAll(file, segment.body);
    closeSync(file);
    writeSync(folder.ledger, `${JSON.stringify(ledgerLine(segment))}\n`);
    this.#segments++;
  }

  writeText(path: string, text: string): void {
    writeFileSync(join(this.#root, path), text);
  }

  close(): void {
    for (const { ledger } of this.#folders.values()) closeSync(ledger);
  }

  #folder(id: string): TrackFolder {
    const known = this.#folders.get(id);
    if (known !== undefined) return known;
    const path = join(this.#root, id);
    mkdirSync(path);
    const folder = { path, ledger: openSync(join(path, "segments.jsonl"), "w"), init: undefined };
    this.#folders.set(id, folder);
    return folder;
  }
}

/** What segments.jsonl says of a segment. */
function ledgerLine(segment: Segment): unknown {
  const { headers } = segmentHeaders(segment, defaultPublishOptions, false);
  return { ...segmentReport(segment), cmsd: headers["CMSD-Static"] };
}

/** Writes all parts; the system may take fewer bytes than it is given. */
function writevAll(file: number, parts: readonly Uint8Array[]): void {
  let left = parts.filter((part) => part.length > 0);
  while (left.length > 0) {
    let written = writevSync(file, left as Uint8Array[]);
    const rest: Uint8Array[] = [];
    for (const part of left) {
      if (written < part.length) rest.push(part.subarray(written));
      written = Math.max(0, written - part.length);
    }
    left = rest;
  }
}
