import type { types } from "hls-parser";
import { PACKAGER } from "./packager.ts";
import type { Running, StartProcess } from "./processes.ts";
import { parseMediaPlaylist } from "./strict-playlist.ts";
import { until } from "./until.ts";

/** One line of the packager's log. */
type LogLine = { readonly level: number; readonly msg: string; readonly port?: number; readonly code?: string };

/** Levels of pino's log from which on something is wrong with the packager, not with its input. */
const ERROR_LEVEL = 50;

/** A `run` of the packager with one channel, `live`, and what its clients see. */
export class LivePackager {
  readonly running: Running;
  #base = "";

  private constructor(running: Running) {
    this.running = running;
  }

  /** Starts it on a port of the system's choice and waits until it serves. */
  static start(startProcess: StartProcess, ...flags: readonly string[]): Promise<LivePackager> {
    return LivePackager.run(startProcess, "--listen", "127.0.0.1:0", "--channel", "live", ...flags);
  }

  /** Starts it with these parameters alone, such as a configuration file, and waits until it serves. */
  static async run(startProcess: StartProcess, ...parameters: readonly string[]): Promise<LivePackager> {
    const packager = new LivePackager(startProcess(process.execPath, [PACKAGER, "run", ...parameters]));
    const { port } = await until("the packager to serve", () => {
      if (packager.running.hasEnded) throw new Error(`the packager ended: ${packager.running.stderr}`);
      return packager.log().find(({ msg }) => msg === "serving");
    });
    packager.#base = `http://127.0.0.1:${port}`;
    return packager;
  }

  /** Where it serves, without a slash at the end. */
  get base(): string {
    return this.#base;
  }

  log(): readonly LogLine[] {
    const whole = this.running.stdout.split("\n").slice(0, -1);
    return whole.map((line) => JSON.parse(line) as LogLine);
  }

  /** Lines of the log that tell of a fault of the packager itself. */
  faults(): readonly LogLine[] {
    return this.log().filter(({ level }) => level >= ERROR_LEVEL);
  }

  get(path: string, init?: RequestInit): Promise<Response> {
    return fetch(this.#base + path, init);
  }

  async bytes(path: string): Promise<Uint8Array> {
    const response = await this.get(path);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }

  /** The media playlist of a track, as hls-parser reads it in strict mode; undefined while there is none. */
  async playlist(track: string): Promise<types.MediaPlaylist | undefined> {
    const response = await this.get(`/live/${track}/index.m3u8`);
    if (response.status === 404) return undefined;
    return parseMediaPlaylist(await response.text());
  }

  /** The segments of a track that can be fetched, from a number on. */
  async segments(track: string, from = 0): Promise<readonly LiveSegment[]> {
    const { segments = [] } = (await this.playlist(track)) ?? {};
    return (
      segments
        // One that is being made has parts only.
        .filter(
          ({ gap, uri, mediaSequenceNumber }) => !gap && uri !== "" && uri !== undefined && mediaSequenceNumber >= from,
        )
        .map((segment) => liveSegment(track, segment))
    );
  }

  /** Waits until there are so many of them. */
  untilSegments(track: string, count: number): Promise<readonly LiveSegment[]> {
    return until(`${count} segments of ${track}`, async () => {
      const segments = await this.segments(track);
      return segments.length >= count && segments;
    });
  }
}

/** A segment that a playlist lists. */
export type LiveSegment = {
  readonly number: number;
  readonly path: string;
  readonly init: string;
};

function liveSegment(track: string, { mediaSequenceNumber, uri, map }: types.Segment): LiveSegment {
  return {
    number: mediaSequenceNumber,
    path: `/live/${track}/${uri}`,
    init: `/live/${track}/${map.uri}`,
  };
}
