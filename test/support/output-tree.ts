import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { types } from "hls-parser";
import type { QualityRecord } from "../../src/quality/quality-record.ts";
import { type Mpd, readMpd } from "../manifest/mpd-client.ts";
import { type ReadFragment, readFragment } from "./fragment.ts";
import { parseMediaPlaylist, parseMultivariantPlaylist } from "./strict-playlist.ts";

/** One line of segments.jsonl. */
export type LedgerLine = {
  readonly number: number;
  readonly start: string;
  readonly duration: number;
  readonly uri: string;
  readonly timecode: string;
  readonly cmsd: string;
  readonly quality: QualityRecord;
};

/** One media segment on disk. */
export type TreeSegment = { readonly number: number; readonly path: string; readonly fragment: ReadFragment };

/** One track's folder. */
export type TreeTrack = {
  readonly id: string;
  readonly folder: string;
  readonly playlist: types.MediaPlaylist;
  /** By number. */
  readonly segments: readonly TreeSegment[];
  /** Names of the init segments. */
  readonly inits: readonly string[];
  readonly ledger: readonly LedgerLine[];
};

/** What `package` wrote. */
export type Tree = {
  readonly folder: string;
  readonly multivariant: types.MasterPlaylist;
  readonly mpd: Mpd;
  readonly tracks: readonly TreeTrack[];
};

/** Reads the whole tree, playlists by hls-parser in strict mode, segments by mp4box. */
export function readTree(folder: string): Tree {
  const entries = readdirSync(folder, { withFileTypes: true });
  const ids = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const multivariant = parseMultivariantPlaylist(readFileSync(join(folder, "index.m3u8"), "utf8"));
  const mpd = readMpd(readFileSync(join(folder, "manifest.mpd"), "utf8"));
  return { folder, multivariant, mpd, tracks: ids.sort().map((id) => readTrack(id, join(folder, id))) };
}

/** The bytes of an init segment and of segments that follow it. */
export function joined(track: TreeTrack, init: string, segments: readonly TreeSegment[]): Uint8Array {
  return Buffer.concat(
    [join(track.folder, init), ...segments.map(({ path }) => path)].map((path) => readFileSync(path)),
  );
}

function readTrack(id: string, folder: string): TreeTrack {
  const playlist = parseMediaPlaylist(readFileSync(join(folder, "index.m3u8"), "utf8"));
  const names = readdirSync(folder);
  const numbers = names.flatMap((name) => (name.endsWith(".m4s") ? [Number.parseInt(name, 10)] : []));
  const segments = numbers
    .sort((a, b) => a - b)
    .map((number) => ({ number, path: join(folder, `${number}.m4s`) }))
    .map((segment) => ({ ...segment, fragment: readFragment(readFileSync(segment.path)) }));
  const ledger = readFileSync(join(folder, "segments.jsonl"), "utf8");
  return {
    id,
    folder,
    playlist,
    segments,
    inits: names.filter((name) => /^init-[0-9a-f]{16}\.mp4$/.test(name)),
    ledger: ledger
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as LedgerLine),
  };
}
