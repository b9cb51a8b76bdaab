/** One EXT-X-PART. Seconds. */
type CheckedPart = {
  readonly uri: string;
  readonly duration: number;
  readonly independent: boolean;
};

/** One segment as a playlist lists it; without a URI: as far as it has come. */
type Entry = {
  readonly number: number;
  readonly lines: readonly string[];
  readonly parts: readonly CheckedPart[];
  readonly uri: string | undefined;
  readonly duration: number;
  /** Milliseconds since 1970. */
  readonly date: number | undefined;
  readonly gap: boolean;
};

/** A media playlist as the checker reads it. */
type Playlist = {
  readonly header: readonly string[];
  readonly first: number;
  readonly skipped: number;
  readonly entries: readonly Entry[];
  /** URI of the hint, and what else stands behind the last segment. */
  readonly hint: string | undefined;
  readonly reports: readonly Readonly<Record<string, string>>[];
  readonly ended: boolean;
};

/** How a playlist was asked for. */
export type Asked = { readonly number?: number; readonly part?: number; readonly skips?: boolean };

/** Rounding of one duration, in seconds. */
const ROUNDING = 0.000_001_5;
/** Dates have milliseconds. */
const DATE_ROUNDING = 1.001;

/**
 * Follows a low-latency media playlist as a client does, and tells what breaks a rule of rfc8216bis: in each playlist, and from one to the
 * next. Delta updates are put together with what was there before.
 */
export class LowLatencyPlaylistChecker {
  readonly #otherPlaylists: number;
  /** Numbers of segments that last longer than their parts: input was lost. */
  readonly brokenOff: Set<number> = new Set<number>();
  #before: Playlist | undefined;
  /** By URI of a part that was hinted at: whether anything else came in its place. */
  #hinted: string | undefined;

  /** @param otherPlaylists - Of other tracks, each of which a playlist reports on. */
  constructor(otherPlaylists: number) {
    this.#otherPlaylists = otherPlaylists;
  }

  /** The playlist as it is now, with what delta updates left out. */
  get whole(): readonly string[] {
    const { header, entries } = this.#before!;
    return [...header, ...entries.flatMap(({ lines }) => lines)];
  }

  /** Number and index of the newest part, or of the newest segment without. */
  get newest(): { readonly number: number; readonly part: number } {
    const { number, parts } = this.#before!.entries.at(-1)!;
    return { number, part: parts.length - 1 };
  }

  /** @returns What is wrong. */
  take(text: string, asked: Asked = {}): readonly string[] {
    const faults: string[] = [];
    const read = readPlaylist(text, faults);
    const now = this.#withSkipped(read, asked, faults);
    checkAttributes(now, faults);
    checkEntries(now, faults, this.brokenOff);
    this.#checkReports(now, faults);
    checkAnswers(now, asked, faults);
    if (this.#before !== undefined) checkEdit(this.#before, now, faults);
    this.#checkHint(now, faults);
    this.#before = now;
    return faults;
  }

  #withSkipped(read: Playlist, { skips = false }: Asked, faults: string[]): Playlist {
    const version = Number(read.header.find((line) => line.startsWith("#EXT-X-VERSION:"))?.slice(15));
    if (read.skipped === 0) return read;
    if (!skips) faults.push("a delta update that nobody asked for");
    if (version < 9) faults.push(`EXT-X-SKIP in version ${version}`);
    const before = this.#before;
    if (before === undefined) {
      faults.push("a delta update of nothing");
      return read;
    }
    const kept = before.entries.filter(({ number }) => number >= read.first && number < read.first + read.skipped);
    if (kept.length !== read.skipped) faults.push(`${read.skipped} skipped, ${kept.length} known`);
    const boundary = attribute(read.header, "EXT-X-SERVER-CONTROL", "CAN-SKIP-UNTIL");
    const listed = read.entries.reduce((sum, { uri, duration }) => sum + (uri === undefined ? 0 : duration), 0);
    if (listed < boundary - ROUNDING * read.entries.length) faults.push(`skips up to ${listed} s from the end`);
    // A delta update has another version, and no more.
    const header = read.header.filter((line) => !line.startsWith("#EXT-X-SKIP:"));
    return {
      ...read,
      header: header.map((line) => line.replace(/^#EXT-X-VERSION:9$/, "#EXT-X-VERSION:6")),
      entries: [...kept, ...read.entries],
    };
  }

  #checkReports({ reports, ended }: Playlist, faults: string[]): void {
    if (ended) return;
    if (reports.length !== this.#otherPlaylists) faults.push(`${reports.length} rendition reports`);
    if (new Set(reports.map(({ URI }) => URI)).size !== reports.length) faults.push("a rendition is reported on twice");
    for (const { "LAST-MSN": number = "", "LAST-PART": part = "" } of reports) {
      if (!/^\d+$/.test(number) || !/^\d+$/.test(part)) faults.push(`rendition report of ${number}.${part}`);
    }
  }

  /** What was hinted at comes under that name, or never. */
  #checkHint({ entries, hint, ended }: Playlist, faults: string[]): void {
    const uris = entries.flatMap(({ parts }) => parts.map(({ uri }) => uri));
    if (ended !== (hint === undefined)) faults.push(ended ? "a hint at the end" : "no hint");
    if (hint !== undefined && uris.includes(hint)) faults.push(`the hint ${hint} is there already`);
    if (this.#hinted !== undefined && this.#hinted !== hint) {
      const known = this.#before?.entries.flatMap(({ parts }) => parts.map(({ uri }) => uri)) ?? [];
      const next = uris.find((uri) => !known.includes(uri));
      const isOfSame = next?.split(".")[0] === this.#hinted.split(".")[0];
      if (next !== undefined && next !== this.#hinted && isOfSame)
        faults.push(`${this.#hinted} was hinted at, ${next} came`);
    }
    this.#hinted = hint;
  }
}

function readPlaylist(text: string, faults: string[]): Playlist {
  if (!text.endsWith("\n")) faults.push("no end of line at the end");
  const lines = text.trimEnd().split("\n");
  if (lines[0] !== "#EXTM3U") faults.push("does not begin with #EXTM3U");
  const isSegment = (line: string): boolean =>
    /^#EXT-X-(MAP|PROGRAM-DATE-TIME|PART:|GAP|DATERANGE|DISCONTINUITY$)|^#EXTINF|^[^#]/.test(line);
  const begin = lines.findIndex(isSegment);
  const header = lines.slice(0, begin);
  const entries: Entry[] = [];
  const first = Number(header.find((line) => line.startsWith("#EXT-X-MEDIA-SEQUENCE:"))?.slice(22));
  const skipped = attribute(header, "EXT-X-SKIP", "SKIPPED-SEGMENTS") || 0;
  let own: string[] = [];
  const tail: string[] = [];
  const close = (uri: string | undefined): void => {
    entries.push(readEntry(first + skipped + entries.length, own, uri, faults));
    own = [];
  };
  for (const line of lines.slice(begin)) {
    if (/^#EXT-X-(PRELOAD-HINT|RENDITION-REPORT|ENDLIST)/.test(line)) {
      tail.push(line);
      continue;
    }
    if (tail.length > 0) faults.push(`${line} behind the end`);
    own.push(line);
    if (!line.startsWith("#")) close(line);
  }
  if (own.length > 0) close(undefined);
  const hints = tail.filter((line) => line.startsWith("#EXT-X-PRELOAD-HINT:")).map((line) => attributes(line, faults));
  if (hints.length > 1) faults.push("several hints");
  const reports = tail
    .filter((line) => line.startsWith("#EXT-X-RENDITION-REPORT:"))
    .map((line) => attributes(line, faults));
  return { header, first, skipped, entries, hint: hints[0]?.["URI"], reports, ended: tail.includes("#EXT-X-ENDLIST") };
}

function readEntry(number: number, lines: readonly string[], uri: string | undefined, faults: string[]): Entry {
  const of = (tag: string): string | undefined =>
    lines.find((line) => line.startsWith(`#${tag}:`))?.slice(tag.length + 2);
  const parts = lines
    .filter((line) => line.startsWith("#EXT-X-PART:"))
    .map((line) => {
      const { URI = "", DURATION = "", INDEPENDENT, GAP } = attributes(line, faults);
      // hls.js stands still in front of one.
      if (GAP !== undefined) faults.push(`${URI} is a gap`);
      if (!/^\d+(\.\d+)?$/.test(DURATION)) faults.push(`DURATION=${DURATION}`);
      return { uri: URI, duration: Number(DURATION), independent: INDEPENDENT === "YES" };
    });
  const date = of("EXT-X-PROGRAM-DATE-TIME");
  const firstPart = lines.findIndex((line) => line.startsWith("#EXT-X-PART:"));
  const late = lines.findIndex((line, i) => firstPart >= 0 && i > firstPart && /^#EXT-X-(MAP|PROGRAM)/.test(line));
  if (late >= 0) faults.push(`${lines[late]} behind a part`);
  return {
    ...{ number, lines, parts, uri },
    duration: Number(of("EXTINF")?.replace(/,$/, "") ?? parts.reduce((sum, { duration }) => sum + duration, 0)),
    date: date === undefined ? undefined : Date.parse(date),
    gap: lines.includes("#EXT-X-GAP"),
  };
}

/** The attributes of a tag, in its own syntax: no space, no name twice. @spec rfc8216bis 4.2 */
function attributes(line: string, faults: string[]): Readonly<Record<string, string>> {
  const list = line.slice(line.indexOf(":") + 1);
  const found: Record<string, string> = {};
  let rest = list;
  while (rest !== "") {
    const [whole = "", name = "", quoted, bare] = /^([A-Z0-9-]+)=(?:"([^"\r\n]*)"|([^", \t]+))(?:,|$)/.exec(rest) ?? [];
    if (whole === "") {
      faults.push(`attribute list ${list}`);
      break;
    }
    if (name in found) faults.push(`${name} twice in ${list}`);
    found[name] = quoted ?? bare ?? "";
    rest = rest.slice(whole.length);
  }
  return found;
}

function attribute(lines: readonly string[], tag: string, name: string): number {
  const line = lines.find((one) => one.startsWith(`#${tag}:`));
  return line === undefined ? Number.NaN : Number(attributes(line, [])[name]);
}

/** What a playlist of low latency says of itself. @spec rfc8216bis 4.4.3.7, 4.4.3.8 */
function checkAttributes({ header, ended }: Playlist, faults: string[]): void {
  for (const tag of [
    "EXT-X-VERSION",
    "EXT-X-TARGETDURATION",
    "EXT-X-MEDIA-SEQUENCE",
    "EXT-X-SERVER-CONTROL",
    "EXT-X-PART-INF",
  ]) {
    const count = header.filter((line) => line.startsWith(`#${tag}:`)).length;
    if (count !== 1) faults.push(`${count} of ${tag}`);
  }
  if (ended) return;
  const target = targetDuration(header);
  const control = header.find((line) => line.startsWith("#EXT-X-SERVER-CONTROL:")) ?? "";
  if (!control.includes("CAN-BLOCK-RELOAD=YES")) faults.push("no CAN-BLOCK-RELOAD");
  const skip = attribute(header, "EXT-X-SERVER-CONTROL", "CAN-SKIP-UNTIL");
  if (skip < 6 * target) faults.push(`CAN-SKIP-UNTIL=${skip}`);
  const holdBack = attribute(header, "EXT-X-SERVER-CONTROL", "PART-HOLD-BACK");
  if (!(holdBack >= 3 * partTarget(header) - ROUNDING)) faults.push(`PART-HOLD-BACK=${holdBack}`);
}

const targetDuration = (header: readonly string[]): number =>
  Number(header.find((line) => line.startsWith("#EXT-X-TARGETDURATION:"))?.slice(22));

const partTarget = (header: readonly string[]): number => attribute(header, "EXT-X-PART-INF", "PART-TARGET");

/** Durations, dates, and which segments have parts. @spec rfc8216bis 4.4.4.9, 6.2.1 */
function checkEntries({ header, entries }: Playlist, faults: string[], brokenOff: Set<number>): void {
  const target = targetDuration(header);
  const part = partTarget(header);
  const end = entries.reduce((sum, { duration }) => sum + duration, 0);
  let time = 0;
  for (const [i, entry] of entries.entries()) {
    const { number, uri, duration, date, parts } = entry;
    if (uri === undefined && i < entries.length - 1) faults.push(`${number} has no URI`);
    if (Math.round(duration) > target) faults.push(`${number} lasts ${duration} s`);
    if (date === undefined) faults.push(`${number} has no date`);
    const previous = entries[i - 1];
    if (previous?.date !== undefined && date !== undefined) {
      const step = date - previous.date - previous.duration * 1000;
      // After a hole that gap entries do not fill the date jumps ahead.
      if (step < -DATE_ROUNDING) {
        faults.push(`${number} begins ${step} ms after the one before`);
      }
    }
    if (parts.length > 0 && end - time > 3 * target + duration + ROUNDING) faults.push(`${number} has parts still`);
    for (const [k, { duration: length, independent, uri }] of parts.entries()) {
      if (uri !== `${number}.${k}.m4s`) faults.push(`part ${uri} in ${number}`);
      if (length > part + ROUNDING) faults.push(`${uri} lasts ${length} s`);
      const isLast = k === parts.length - 1;
      const mayBeShort = independent || isLast;
      if (!mayBeShort && length < 0.85 * part) faults.push(`${uri} lasts only ${length} s`);
    }
    const sum = parts.reduce((total, { duration }) => total + duration, 0);
    if (parts.length > 0 && uri !== undefined) {
      if (sum > duration + ROUNDING) faults.push(`parts of ${number} last ${sum} s, it lasts ${duration}`);
      if (sum < duration - ROUNDING) brokenOff.add(number);
    }
    time += duration;
  }
}

/** A reload that waited has what it waited for. @spec rfc8216bis 6.2.5.2 */
function checkAnswers({ entries, ended }: Playlist, { number, part }: Asked, faults: string[]): void {
  if (number === undefined || ended) return;
  const last = entries.at(-1)!;
  const entry = entries.find((one) => one.number === number);
  const isThere =
    last.number > number ||
    (part === undefined ? entry?.uri !== undefined : entry !== undefined && entry.parts.length > part);
  if (!isThere) faults.push(`${number}.${part} was waited for and is not there`);
}

/** Only what may change has changed. @spec rfc8216bis 6.2.1 */
function checkEdit(before: Playlist, now: Playlist, faults: string[]): void {
  const constant = (lines: readonly string[]): string =>
    lines.filter((line) => !/^#EXT-X-(MEDIA-SEQUENCE|DISCONTINUITY-SEQUENCE|CMSD-STATIC)/.test(line)).join("\n");
  if (constant(before.header) !== constant(now.header)) faults.push(`the header changed: ${constant(now.header)}`);
  if (now.first < before.first) faults.push(`EXT-X-MEDIA-SEQUENCE went back to ${now.first}`);
  const lastBefore = before.entries.at(-1)!;
  if (now.entries.at(-1)!.number < lastBefore.number) faults.push("the last segment is gone");
  if (now.entries[0]!.number !== now.first) faults.push("EXT-X-MEDIA-SEQUENCE is not that of the first");
  for (const entry of now.entries) {
    const old = before.entries.find(({ number }) => number === entry.number);
    if (old === undefined) {
      if (entry.number <= lastBefore.number) faults.push(`${entry.number} was put in`);
      continue;
    }
    const essence = ({ lines }: Entry): string =>
      lines.filter((line) => !/^#EXT-X-(PART|MAP|DATERANGE)/.test(line)).join("\n");
    if (old.uri !== undefined && essence(old) !== essence(entry)) faults.push(`${entry.number} changed`);
    const tags = ({ lines }: Entry): readonly string[] => lines.filter((line) => line.startsWith("#EXT-X-PART:"));
    // Of what is whole, and not at the live edge.
    const isRemoved = tags(entry).length === 0 && entry.uri !== undefined && entry !== now.entries.at(-1);
    if (!isRemoved && tags(old).some((tag, i) => tags(entry)[i] !== tag))
      faults.push(`parts of ${entry.number} changed`);
  }
}
