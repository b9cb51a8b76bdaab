import type { RandomAccess } from "../demux/access-unit.ts";
import type { TransportError } from "../demux/transport-error.ts";
import type { ProblemCode } from "../problem/problems.ts";
import type { Grid } from "../segment/grid.ts";
import type { TrackSnapshot } from "../store/segment.ts";
import type { Rational } from "../time/rational.ts";
import type { TimedTrack } from "../timeline/timed-unit.ts";
import type { AudioEncoding, EncoderReport, VideoEncoding } from "./encoder-report.ts";
import { newestMinute, secondsOf, transportOf } from "./newest-minute.ts";
import { RandomAccessRecord, type Range } from "./random-access-record.ts";

/** What may hide that a random access point was sent. */
const LOSSES: readonly ProblemCode[] = ["continuity", "sync-lost", "sync-byte", "transport-error", "pcr-discontinuity"];

/** Problems after which a distance from what was before says nothing of GOPs. */
const RESTARTS: readonly ProblemCode[] = ["timestamp-jump", "timecode-jump", "repeated"];

type WatchedTrack = { readonly input: number; readonly track: TimedTrack; readonly points: RandomAccessRecord };

/** A placed picture that decoding can start at. */
type PlacedPoint = { readonly trackId: string; readonly index: number; readonly kind: RandomAccess };

/**
 * Watches how the encoders of a channel are set, as far as their streams show it.
 *
 * It is told of random access points and of losses; all else it reads from what is published when it is asked.
 */
export class EncoderWatch {
  readonly #tracks = new Map<string, WatchedTrack>();
  #grid: Grid | undefined;

  /** A track begins, or begins anew with another picture rate. */
  addTrack(track: TimedTrack, input: number): void {
    this.#tracks.set(track.id, { input, track, points: new RandomAccessRecord() });
  }

  setGrid(grid: Grid): void {
    this.#grid = grid;
  }

  randomAccess({ trackId, index, kind }: PlacedPoint): void {
    this.#tracks.get(trackId)?.points.push({ index, kind });
  }

  /** What the transport did to a track since its last picture; to be told before that picture. */
  transport(trackId: string, errors: readonly TransportError[]): void {
    if (errors.some(({ code }) => LOSSES.includes(code))) this.#tracks.get(trackId)?.points.lost();
  }

  problem(code: ProblemCode, input: number): void {
    if (!RESTARTS.includes(code)) return;
    for (const watched of this.#tracks.values()) if (watched.input === input) watched.points.restart();
  }

  /**
   * @param published - All tracks of the channel.
   * @param pcrIntervalMs - The longest of the input, where it is known.
   */
  report(input: number, published: readonly TrackSnapshot[], pcrIntervalMs: number | undefined): EncoderReport {
    const watched = [...this.#tracks.values()].filter((track) => track.input === input);
    const tracks = published.filter(({ track }) => this.#tracks.get(track.id)?.input === input);
    const snapshotOf = (id: string) => tracks.find(({ track }) => track.id === id);
    const seconds = tracks.map(({ segments }) => newestMinute(segments).reduce((sum, one) => sum + secondsOf(one), 0));
    return {
      video: watched
        .filter(({ track }) => track.kind === "video")
        .map((one) => describeVideo(one, snapshotOf(one.track.id), this.#grid)),
      audio: tracks.flatMap(describeAudio),
      ...(pcrIntervalMs !== undefined && { pcrIntervalMs: Math.round(pcrIntervalMs * 10) / 10 }),
      newestSeconds: Math.round(Math.max(0, ...seconds)),
      transport: transportOf(tracks),
    };
  }
}

function describeVideo(
  { track, points }: WatchedTrack,
  published: TrackSnapshot | undefined,
  grid: Grid | undefined,
): VideoEncoding {
  const rate = track.rate ?? { num: 25, den: 1 };
  const newest = published === undefined ? [] : newestMinute(published.segments);
  const sum = (name: "received" | "scored" | "lost") =>
    newest.reduce((sum, { quality }) => sum + quality.pictures[name], 0);
  const { gopPictures, isClosed } = points;
  const configuration = newest.at(-1)?.init.configuration;
  const afterLine = grid && points.afterLine(grid, rate);
  return {
    track: track.id,
    ...(configuration?.kind === "video" && { codec: configuration.codec }),
    pictureRate: rate,
    isConstant: track.regular,
    ...(gopPictures !== undefined && { gop: describeGop(gopPictures, rate, grid) }),
    ...(isClosed !== undefined && { isClosed }),
    ...(grid !== undefined && afterLine !== undefined && { afterLineSeconds: inSeconds(afterLine, grid.rate) }),
    missing: sum("lost"),
    ...(sum("received") > 0 && { scoredShare: Math.min(1, sum("scored") / sum("received")) }),
  };
}

function describeGop(pictures: Range, rate: Rational, grid: Grid | undefined): NonNullable<VideoEncoding["gop"]> {
  const isFixed = pictures.min === pictures.max;
  return {
    pictures,
    seconds: inSeconds(pictures, rate),
    isFixed,
    ...(grid !== undefined && {
      dividesSegment:
        isFixed && (grid.pictures * grid.rate.den * rate.num) % (pictures.max * rate.den * grid.rate.num) === 0,
    }),
  };
}

function describeAudio({ track, segments }: TrackSnapshot): readonly AudioEncoding[] {
  const { configuration } = segments.at(-1)!.init;
  if (configuration.kind !== "audio") return [];
  const { codecString: codec, sampleRate, channels } = configuration;
  return [{ track: track.id, codec, sampleRate, channels }];
}

/** @param range - Of pictures. */
function inSeconds({ min, max }: Range, { num, den }: Rational): Range {
  const seconds = (pictures: number) => Math.round((pictures * den * 1000) / num) / 1000;
  return { min: seconds(min), max: seconds(max) };
}
