import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeMediaPlaylist } from "../../src/manifest/media-playlist.ts";
import { writeMpd } from "../../src/manifest/mpd.ts";
import type { ChannelStore } from "../../src/store/channel-store.ts";
import type { InitSegment, Segment, Track } from "../../src/store/segment.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { a1, audioInit, audioSegment, FIRST, segment, store, v1, v2, videoInit, videoSegment } from "../store/media.ts";
import { type Mpd, mpdFaults, mpdUpdateFaults, readMpd } from "./mpd-client.ts";
import { type Playlist, playlistDuration, playlistFaults, readPlaylist, updateFaults } from "./playlist-client.ts";

/** What befalls one track at one number. */
type Event = { readonly lost: boolean; readonly newInit: boolean; readonly late: number };
/** What befalls the channel at one number: an outage of that many numbers before it, time that is missing or comes twice. */
type Step = { readonly outage: number; readonly jumpMs: number; readonly tracks: readonly Event[] };

const TRACKS: readonly Track[] = [v1, v2, a1];
const QUIET: Event = { lost: false, newInit: false, late: 0 };

const rarely = (weight: number): fc.Arbitrary<boolean> =>
  fc.oneof({ weight, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
const event: fc.Arbitrary<Event> = fc.record({
  lost: rarely(8),
  newInit: rarely(12),
  late: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 6 }) }),
});
const step: fc.Arbitrary<Step> = fc.record({
  outage: fc.oneof(
    { weight: 12, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 20 }) },
  ),
  jumpMs: fc.oneof(
    { weight: 12, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -30, max: 40 }).map((n) => n * 20) },
  ),
  tracks: fc.tuple(event, event, event),
});

type Publication = { readonly track: Track; readonly segment: Segment; readonly at: number };

/**
 * The segments of a run in the order in which they are published: late ones hold back the later ones of their track
 * only.
 */
function publications(steps: readonly Step[]): Publication[] {
  const inits: InitSegment[] = [videoInit("v1-0"), videoInit("v2-0", {}, 25_000), audioInit("a1-0")];
  const held = [0, 0, 0];
  const all: Publication[] = [];
  let number = FIRST - 1;
  let shift = 0;
  for (const [time, { outage, jumpMs, tracks }] of steps.entries()) {
    number += 1 + (time === 0 ? 0 : outage);
    shift += jumpMs;
    for (const [index, track] of TRACKS.entries()) {
      const { lost, newInit, late } = time === 0 ? QUIET : tracks[index]!;
      if (lost) continue;
      if (newInit) inits[index] = { ...inits[index]!, id: `${track.id}-${time}` };
      held[index] = Math.max(held[index]!, time + late);
      all.push({ track, segment: segmentAt(number, inits[index]!, shift), at: held[index]! });
    }
  }
  return all.sort((a, b) => a.at - b.at);
}

function segmentAt(number: number, init: InitSegment, shiftMs: number): Segment {
  const { timescale } = init;
  const plain =
    init.configuration.kind === "video"
      ? videoSegment(number, init, 50, timescale / 25)
      : audioSegment(number, init, 2);
  return segment({ ...plain, start: plain.start + (shiftMs * timescale) / 1000 });
}

function replay(
  steps: readonly Step[],
  window: number,
  afterEach: (channel: ChannelStore, publication: Publication) => void,
): void {
  const channel = store(TRACKS, { window: window as Milliseconds });
  for (const publication of publications(steps)) {
    channel.publish(publication.track.id, publication.segment);
    afterEach(channel, publication);
  }
}

const run = {
  steps: fc.array(step, { minLength: 1, maxLength: 40 }),
  window: fc.constantFrom(1000, 6000, 12_000, 30_000),
};
const LOST: Event = { ...QUIET, lost: true };
/** After an outage one rendition lags: what is from before it has expired of the others, and nothing newer can be listed. */
const LAGGING: Step[] = [
  { outage: 0, jumpMs: 0, tracks: [QUIET, LOST, QUIET] },
  { outage: 4, jumpMs: 0, tracks: [QUIET, QUIET, { ...LOST, newInit: true }] },
  { outage: 0, jumpMs: 0, tracks: [QUIET, { ...QUIET, late: 2 }, QUIET] },
  { outage: 1, jumpMs: 0, tracks: [QUIET, LOST, QUIET] },
  { outage: 0, jumpMs: 0, tracks: [LOST, LOST, QUIET] },
];
/** Each run writes and reads up to 120 manifests of each kind. */
const parameters = { numRuns: 60 };

describe("whatever happens on the input", { timeout: 60_000 }, () => {
  test("media playlists obey the rules of update without a discontinuity, and segments stay as long as those promise", () => {
    fc.assert(
      fc.property(run.steps, run.window, (steps, window) => {
        const clients = new Map(TRACKS.map(({ id }) => [id, new PlaylistClient(id, window)]));
        replay(steps, window, (channel, { track }) => clients.get(track.id)!.reload(channel));
      }),
      parameters,
    );
  });

  test("MPDs only grow at the end and shrink at the start, and name segments by number, tfdt and duration", () => {
    fc.assert(
      fc.property(run.steps, run.window, (steps, window) => {
        const published = new Map<string, Segment>();
        const known = new Set<string>();
        let before: Mpd | undefined;
        replay(steps, window, (channel, { track, segment }) => {
          published.set(`${track.id}/${segment.number}`, segment);
          const snapshot = channel.snapshot();
          if (snapshot === undefined) return;
          const mpd = readMpd(writeMpd(snapshot, { publishTime: 0 as Milliseconds }));
          expect(mpdFaults(mpd)).toEqual([]);
          const answers: unknown[] = [];
          for (const { representations } of mpd.periods) {
            for (const { id, initialization, segments } of representations) {
              for (const { number, t, d } of segments) {
                const { start, duration, init } = published.get(`${id}/${number}`)!;
                expect({ t, d, initialization }).toEqual({
                  t: start,
                  d: duration,
                  initialization: `${id}/init-${init.id}.mp4`,
                });
                answers.push(channel.segment(id, number));
              }
            }
          }
          // All of it can be fetched; or nothing, where it is from before an outage and nothing newer can be listed yet.
          expect(new Set(answers.map((answer) => typeof answer)).size).toBe(1);
          if (before !== undefined) expect(mpdUpdateFaults(before, mpd, known)).toEqual([]);
          for (const { id, representations } of mpd.periods)
            for (const { id: name } of representations) known.add(`${id}/${name}`);
          before = mpd;
        });
      }),
      { ...parameters, examples: [[LAGGING, 1000]] },
    );
  });

  test("an MPD lists what playlists list, once every track has it", () => {
    const outages = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(outages, run.window, (lengths, window) => {
        const steps = lengths.map((outage) => ({ outage, jumpMs: 0, tracks: [QUIET, QUIET, QUIET] }));
        replay(steps, window, (channel, { track }) => {
          if (track !== TRACKS.at(-1)) return;
          const snapshot = channel.snapshot()!;
          const { periods } = readMpd(writeMpd(snapshot, { publishTime: 0 as Milliseconds }));
          const first = Math.max(...snapshot.tracks.map(({ segments }) => segments[0]!.number));
          for (const { track, segments } of snapshot.tracks) {
            const runs = periods.flatMap(({ representations }) => representations.filter(({ id }) => id === track.id));
            const listed = runs.flatMap((representation) => representation.segments.map(({ number }) => number));
            const expected = segments.map(({ number }) => number);
            expect(listed.filter((number) => number >= first)).toEqual(expected.filter((number) => number >= first));
          }
        });
      }),
      parameters,
    );
  });
});

/**
 * A player that reloads one media playlist after each segment, and remembers until when it may ask for what it has
 * seen.
 */
class PlaylistClient {
  readonly #trackId: string;
  readonly #window: number;
  readonly #longest = new Map<number, number>();
  readonly #until = new Map<number, number>();
  #clock = 0;
  #before: Playlist | undefined;

  constructor(trackId: string, window: number) {
    this.#trackId = trackId;
    this.#window = window;
  }

  reload(channel: ChannelStore): void {
    const snapshot = channel.snapshot();
    const track = snapshot?.tracks.find(({ track }) => track.id === this.#trackId);
    if (snapshot === undefined || track === undefined) return;
    const playlist = readPlaylist(writeMediaPlaylist(snapshot, track));
    expect(playlistFaults(playlist)).toEqual([]);
    expect(playlist.entries.every(({ discontinuitySequence }) => discontinuitySequence === 0)).toBe(true);
    this.#expectMediaTime(channel, playlist);
    if (this.#before !== undefined) expect(updateFaults(this.#before, playlist)).toEqual([]);
    this.#expectNoMoreThanTheWindow(playlist);
    this.#expectWhatWasPromised(channel, playlist);
    this.#before = playlist;
  }

  #expectMediaTime(channel: ChannelStore, { entries }: Playlist): void {
    for (const { number, date, gap } of entries) {
      const segment = channel.segment(this.#trackId, number);
      if (typeof segment === "string") expect(gap).toBe(true);
      else expect(Math.abs(date - (segment.start * 1000) / segment.init.timescale)).toBeLessThanOrEqual(0.5);
    }
  }

  #expectNoMoreThanTheWindow(playlist: Playlist): void {
    const listed = Math.max(this.#window * 1000, 3e6 * playlist.targetDuration);
    const next = playlist.entries.findIndex(({ gap }, index) => index > 0 && !gap);
    const rest = next === -1 ? [] : playlist.entries.slice(next);
    expect(playlistDuration({ ...playlist, entries: rest })).toBeLessThan(listed);
  }

  #expectWhatWasPromised(channel: ChannelStore, playlist: Playlist): void {
    const known = this.#before?.entries.at(-1)?.number ?? 0;
    for (const { number, duration } of playlist.entries) if (number > known) this.#clock += duration;
    for (const { number, duration, gap } of this.#before?.entries ?? []) {
      if (gap || playlist.entries[0]!.number <= number) continue;
      if (!this.#until.has(number)) this.#until.set(number, this.#clock + duration + this.#longest.get(number)!);
    }
    for (const { number, gap } of playlist.entries) {
      if (!gap) this.#longest.set(number, Math.max(this.#longest.get(number) ?? 0, playlistDuration(playlist)));
    }
    for (const [number, until] of this.#until) {
      if (this.#clock < until) expect(channel.segment(this.#trackId, number)).toMatchObject({ number });
      else this.#until.delete(number);
    }
  }
}
