import { XMLParser } from "fast-xml-parser";

/** One Representation of one Period, with its SegmentTimeline rolled out. */
export type MpdRepresentation = {
  readonly id: string;
  readonly setId: string;
  readonly timescale: number;
  readonly offset: number;
  readonly initialization: string;
  readonly segments: readonly { readonly number: number; readonly t: number; readonly d: number }[];
};

/** One Period; `start` in microseconds. */
export type MpdPeriod = {
  readonly id: string;
  readonly start: number;
  readonly representations: readonly MpdRepresentation[];
};

/** An MPD as a client reads it. */
export type Mpd = { readonly attributes: Readonly<Record<string, string>>; readonly periods: readonly MpdPeriod[] };

type Xml = { readonly [name: string]: Xml & string & readonly Xml[] };

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseAttributeValue: false,
  isArray: (name) => ["Period", "AdaptationSet", "Representation", "S"].includes(name),
});

/** Reads the parts of an MPD that say where segments are and when. */
export function readMpd(text: string): Mpd {
  const { MPD } = parser.parse(text) as Xml;
  const periods = MPD!["Period"]!.map((period) => ({
    id: String(period["id"]),
    start: durationMicros(period["start"]!),
    representations: period["AdaptationSet"]!.flatMap((set) =>
      set["Representation"]!.map((representation) => readRepresentation(representation, String(set["id"]))),
    ),
  }));
  return { attributes: MPD as unknown as Record<string, string>, periods };
}

function readRepresentation(representation: Xml, setId: string): MpdRepresentation {
  const template = representation["SegmentTemplate"]!;
  const segments: { number: number; t: number; d: number }[] = [];
  let t = Number.NaN;
  for (const s of template["SegmentTimeline"]!["S"]!) {
    t = s["t"] === undefined ? t : Number(s["t"]);
    for (let r = Number(s["r"] ?? 0); r >= 0; r--) {
      segments.push({ number: Number(template["startNumber"]) + segments.length, t, d: Number(s["d"]) });
      t += Number(s["d"]);
    }
  }
  return {
    id: String(representation["id"]),
    setId,
    timescale: Number(template["timescale"]),
    offset: Number(template["presentationTimeOffset"] ?? 0),
    initialization: String(template["initialization"]),
    segments,
  };
}

/** An xs:duration of the form PT{seconds}S. */
export function durationMicros(text: string): number {
  const [, seconds, fraction = ""] = /^PT(\d+)(?:\.(\d{1,6}))?S$/.exec(text)!;
  return Number(seconds) * 1e6 + Number(fraction.padEnd(6, "0"));
}

/**
 * What a client finds wrong with one MPD: samples whose time in the presentation is not their media time, and what
 * sticks out of its period.
 */
export function mpdFaults({ periods }: Mpd): string[] {
  return periods.flatMap(({ id, start, representations }, index) =>
    representations.flatMap((representation) => {
      const faults: string[] = [];
      const { timescale, offset, segments } = representation;
      const tick = 1e6 / timescale;
      if (Math.abs((offset * 1e6) / timescale - start) > tick / 2 + 1)
        faults.push(`${id}/${representation.id}: offset is not the start`);
      const first = (segments[0]!.t * 1e6) / timescale;
      if (first < start - tick) faults.push(`${id}/${representation.id} starts before its period`);
      const next = periods[index + 1];
      const last = (segments.at(-1)!.t * 1e6) / timescale;
      if (next !== undefined && last >= next.start - tick)
        faults.push(`${id}/${representation.id} goes on in the next period`);
      return faults;
    }),
  );
}

/**
 * What a client that has read `before` finds wrong when it reads `after`.
 *
 * @param known - Every Representation it has seen in a Period, as `period/representation`. One may go when all its
 * segments have left the window, and come back if it was only late.
 * @spec DASH-IF timing model: only appending at the end and removing at the start; identities and starts stay
 */
export function mpdUpdateFaults(before: Mpd, after: Mpd, known: ReadonlySet<string>): string[] {
  const faults: string[] = [];
  const kept = before.periods.filter(({ id }) => after.periods.some((period) => period.id === id));
  const newest = before.periods.slice(before.periods.length - kept.length);
  if (newest.some((period, index) => period !== kept[index])) faults.push("a period is gone that was not the first");
  const ids = after.periods.slice(0, kept.length).map(({ id }) => id);
  if (kept.some(({ id }, index) => id !== ids[index])) faults.push("a period was put before others");
  for (const period of kept) {
    const now = after.periods.find(({ id }) => id === period.id)!;
    if (now.start !== period.start) faults.push(`${period.id} moves`);
    for (const representation of now.representations) {
      const old = period.representations.find(({ id }) => id === representation.id);
      if (old === undefined) {
        if (!known.has(`${period.id}/${representation.id}`))
          faults.push(`${representation.id} appears in ${period.id}`);
      } else
        faults.push(...representationFaults(old, representation).map((fault) => `${period.id}/${old.id}: ${fault}`));
    }
  }
  return faults;
}

function representationFaults(before: MpdRepresentation, after: MpdRepresentation): string[] {
  const faults: string[] = [];
  const identity = ({ segments: _, ...rest }: MpdRepresentation): string => JSON.stringify(rest);
  if (identity(before) !== identity(after)) faults.push("identity, offset or init segment changes");
  if (after.segments[0]!.number < before.segments[0]!.number) faults.push("segments come back");
  if (after.segments.at(-1)!.number < before.segments.at(-1)!.number) faults.push("segments at the end are gone");
  for (const segment of before.segments) {
    const now = after.segments.find(({ number }) => number === segment.number);
    if (now !== undefined && JSON.stringify(now) !== JSON.stringify(segment))
      faults.push(`segment ${segment.number} changes`);
  }
  return faults;
}
