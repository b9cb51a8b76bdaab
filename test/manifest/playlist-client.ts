/** One entry of a media playlist, with what a client derives for it. */
export type Entry = {
  readonly number: number;
  readonly discontinuitySequence: number;
  readonly uri: string;
  readonly gap: boolean;
  readonly map: string;
  /** Microseconds. */
  readonly duration: number;
  readonly date: number;
};

/** A media playlist as a client reads it. */
export type Playlist = {
  readonly targetDuration: number;
  readonly discontinuitySequence: number;
  readonly entries: readonly Entry[];
  readonly ended: boolean;
};

/** Reads a media playlist strictly: a tag it does not know is an error. */
export function readPlaylist(text: string): Playlist {
  const header = new Map<string, string>();
  const entries: Entry[] = [];
  let state = { discontinuities: 0, gap: false, map: "", duration: 0, date: Number.NaN };
  for (const line of text.trimEnd().split("\n")) {
    const [, name, value] = /^#(?:EXT-X-)?([A-Z0-9-]+)(?::(.*))?$/.exec(line) ?? [];
    if (name === undefined) {
      const number = Number(header.get("MEDIA-SEQUENCE")) + entries.length;
      const discontinuitySequence = Number(header.get("DISCONTINUITY-SEQUENCE")) + state.discontinuities;
      const { gap, map, duration, date } = state;
      entries.push({ number, discontinuitySequence, uri: line, gap, map, duration, date });
      state = { ...state, gap: false, duration: 0, date: Number.NaN };
    } else if (name === "DISCONTINUITY") state.discontinuities++;
    else if (name === "GAP") state.gap = true;
    else if (name === "MAP") state.map = value!;
    else if (name === "EXTINF") state.duration = Math.round(Number.parseFloat(value!) * 1e6);
    else if (name === "PROGRAM-DATE-TIME") state.date = Date.parse(value!);
    else header.set(name, value ?? "");
  }
  return {
    targetDuration: Number(header.get("TARGETDURATION")),
    discontinuitySequence: Number(header.get("DISCONTINUITY-SEQUENCE")),
    entries,
    ended: header.has("ENDLIST"),
  };
}

/** Microseconds of all entries together. */
export function playlistDuration({ entries }: Playlist): number {
  return entries.reduce((sum, { duration }) => sum + duration, 0);
}

/**
 * What a client finds wrong with one playlist.
 *
 * @spec rfc8216bis 4.4.3.1, 4.4.3.2
 */
export function playlistFaults({ entries, targetDuration }: Playlist): string[] {
  const faults: string[] = [];
  for (const [index, entry] of entries.entries()) {
    if (entry.uri !== `${entry.number}.m4s`) faults.push(`${entry.uri} has media sequence number ${entry.number}`);
    if (!(entry.duration > 0)) faults.push(`${entry.uri} has no duration`);
    if (Math.round(entry.duration / 1e6) > targetDuration) faults.push(`${entry.uri} lasts ${entry.duration}`);
    if (Number.isNaN(entry.date)) faults.push(`${entry.uri} has no date`);
    if (entry.map === "") faults.push(`${entry.uri} has no init segment`);
    const before = entries[index - 1];
    // Between segments time may be missing; gaps say how much, unless they are as long as may be.
    if (before === undefined || !(before.gap || entry.gap)) continue;
    const drift = entry.date - before.date - before.duration / 1000;
    if (before.gap && before.duration >= targetDuration * 1e6 + 499_999 && drift > 0) continue;
    if (Math.abs(drift) > 1.001) faults.push(`${entry.uri} is dated ${drift} ms beside its place`);
  }
  return faults;
}

/**
 * What a client that has read `before` finds wrong when it reads `after`.
 *
 * @spec rfc8216bis 6.2.1, 6.2.2
 */
export function updateFaults(before: Playlist, after: Playlist): string[] {
  const faults: string[] = [];
  const removed = after.entries[0]!.number - before.entries[0]!.number;
  if (removed < 0) faults.push("MEDIA-SEQUENCE goes back");
  if (after.entries.at(-1)!.number < before.entries.at(-1)!.number) faults.push("segments at the end are gone");
  if (after.targetDuration !== before.targetDuration) faults.push("TARGETDURATION changes");
  if (before.ended && !after.ended) faults.push("ENDLIST is taken back");
  const left = before.entries.slice(0, removed);
  const counted = left.at(-1)?.discontinuitySequence ?? before.discontinuitySequence;
  if (after.discontinuitySequence !== counted)
    faults.push(`DISCONTINUITY-SEQUENCE is ${after.discontinuitySequence}, not ${counted}`);
  for (const [index, entry] of before.entries.slice(removed).entries()) {
    if (JSON.stringify(entry) !== JSON.stringify(after.entries[index])) faults.push(`${entry.uri} changes`);
  }
  const slid = left.length > 0 && left.length < before.entries.length;
  if (slid && playlistDuration(after) < 3e6 * after.targetDuration)
    faults.push("removal leaves less than three target durations");
  return faults;
}
