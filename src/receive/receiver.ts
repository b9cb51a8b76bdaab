import type { IncomingHttpHeaders } from "node:http";
import type { Milliseconds } from "../time/units.ts";
import { BoxCollector } from "./box-collector.ts";
import { BrokenRequestError } from "./broken-request-error.ts";
import { cmsdOfCmcd, scoreOf } from "./cmsd-of-cmcd.ts";
import { InitBook } from "./init-book.ts";
import { type Judgement, judgeObject, type Place } from "./judge-object.ts";
import { type ObjectPath, objectAt, pathOf } from "./object-path.ts";
import { type ObjectNote, ObjectStore, type Upload } from "./object-store.ts";
import { readCmcd } from "./read-cmcd.ts";
import { readInit } from "./read-media.ts";
import type { ReceiveProblem } from "./receive-problem.ts";
import { isInitName, trackId } from "./track-name.ts";
import { type TrackRecord, type TrackReport, Tracks } from "./tracks.ts";
import { UnreadableError } from "./unreadable-error.ts";

/** Two minutes of pictures at 13 Mbit/s: far more than any segment, and what receivers in use take. */
const MAX_BODY_BYTES = 200 * 1024 * 1024;

/** What the log says of an object. */
export type ObjectLine = {
  readonly path: string;
  readonly bytes: number;
  readonly status: number;
  readonly number?: number;
  readonly score?: number;
};

/** What the receiver works on, and who hears of it. */
export type ReceiverOptions = {
  /** The folder below which everything lies. */
  readonly root: string;
  readonly clock: () => Milliseconds;
  readonly onObject: (line: ObjectLine) => void;
  readonly onProblem: (track: string, problem: ReceiveProblem) => void;
};

/** One request with a body. */
export type Delivery = {
  readonly place: Place;
  readonly headers: IncomingHttpHeaders;
  /** Throws BrokenRequestError where it ends before it is whole. */
  readonly body: AsyncIterable<Uint8Array>;
};

/** What a request is answered with; 200 where it was taken. */
export type Answer = { readonly status: number; readonly text: string };

/** What is stored. */
type Kept = Exclude<Judgement, { readonly kind: "refused" }> | ManifestObject;
type ManifestObject = { readonly kind: "manifest"; readonly object: ObjectPath; readonly sent: "manifest" };

/**
 * Takes objects of DASH-IF live ingest, holds them against the rules, and keeps them.
 *
 * @spec DASH-IF ingest 1.2, interfaces 1 and 2
 */
export class Receiver {
  readonly #store: ObjectStore;
  readonly #options: ReceiverOptions;
  readonly #tracks = new Tracks();
  readonly #inits = new InitBook();

  /** @throws Error - as node:fs gives it, when the folder cannot be made or written. */
  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#store = new ObjectStore(options.root);
  }

  /** All tracks, in the order in which they were first seen. */
  reports(): readonly TrackReport[] {
    return this.#tracks.reports();
  }

  /**
   * Takes one object: it is there when the answer is, and before that nothing of it is seen.
   *
   * @throws NameTakenError
   */
  async take({ place, headers, body }: Delivery): Promise<Answer> {
    const isManifest = "kind" in place && place.kind === "manifest";
    const length = Number(headers["content-length"]);
    if (length > MAX_BODY_BYTES) return this.#tooLarge(place, length);
    const upload = this.#store.begin(place.folder);
    try {
      const collector = new BoxCollector();
      let bytes = 0;
      try {
        for await (const piece of body) {
          bytes += piece.length;
          if (bytes > MAX_BODY_BYTES) return this.#tooLarge(place, bytes);
          upload.write(piece);
          if (!isManifest) collector.push(piece);
        }
      } catch (error) {
        if (!(error instanceof BrokenRequestError)) throw error;
        return this.#refuse(place, bytes, 400, { code: "request-broken", detail: `after ${bytes} bytes` });
      }
      // An empty request to the URL of a track asks whether it may send.
      if (bytes === 0 && !("name" in place)) return { status: 200, text: "Nothing was sent." };
      if (isManifest) return this.#keep({ kind: "manifest", object: place, sent: "manifest" }, upload, bytes, headers);
      this.#recall(place.folder);
      const judgement = judgeObject(() => collector.finish(), place, this.#inits);
      if (judgement.kind === "refused") return this.#refuse(place, bytes, judgement.status, judgement.problem);
      return this.#keep(judgement, upload, bytes, headers);
    } finally {
      upload.discard();
    }
  }

  /** @returns False: there is no such object. */
  remove(object: ObjectPath): boolean {
    this.#inits.remove(object);
    return this.#store.remove(object);
  }

  /** Where an object lies, and what it is served with; undefined: there is none. */
  find(object: ObjectPath): ({ readonly file: string } & Partial<ObjectNote>) | undefined {
    if (!this.#store.has(object)) return undefined;
    return { file: this.#store.pathOf(object), ...this.#store.note(object) };
  }

  #keep(kept: Kept, upload: Upload, bytes: number, headers: IncomingHttpHeaders): Answer {
    const { object, kind } = kept;
    const track = this.#trackOf(object, kind === "init");
    if (track === undefined) return { status: 403, text: "There are as many tracks as are kept." };
    const cmcd = readCmcd(headers, kept.sent);
    const cmsdStatic = cmsdOfCmcd(cmcd.members);
    const score = scoreOf(cmcd.members);
    const novelty = this.#store.keep(upload, object, {
      ...(cmsdStatic !== undefined && { cmsdStatic }),
      ...(kind === "init" && { isInit: true }),
    });
    track.stored(bytes, score, this.#options.clock());
    const problems: ReceiveProblem[] = [...cmcd.problems];
    if (headers["dash-if-ingest"] === undefined) problems.push({ code: "ingest-header-missing" });
    if (novelty === "same") problems.push({ code: "repeated" });
    // A manifest is meant to change.
    if (novelty === "changed" && kind !== "manifest") problems.push({ code: "changed", detail: object.name });
    if (kind === "init") {
      this.#inits.add(object, kept.tracks);
      if (novelty !== "same") this.#tracks.forgetTimes(object.folder);
    }
    track.hasInit ||= kind !== "manifest";
    if (kind === "segment") {
      if (kept.lacksPrft) problems.push({ code: "prft-missing" });
      // What came again is where it was; after a start of the receiver it is where this track begins.
      if (novelty !== "same" || track.sequence.newest === undefined)
        problems.push(...track.sequence.push(kept.fragments, novelty !== "new"));
    }
    for (const problem of problems) this.#report(track, problem);
    const number = kind === "segment" ? kept.fragments[0]!.number : undefined;
    this.#options.onObject({
      path: pathOf(object),
      bytes,
      status: 200,
      ...(number !== undefined && { number }),
      ...(score !== undefined && { score }),
    });
    return { status: 200, text: pathOf(object) };
  }

  #tooLarge(place: Place, bytes: number): Answer {
    return this.#refuse(place, bytes, 413, { code: "too-large", detail: `over ${MAX_BODY_BYTES} bytes` });
  }

  #refuse(place: Place, bytes: number, status: number, problem: ReceiveProblem): Answer {
    const named = nameOf(place);
    const track = this.#trackOf(named, isInitName(named));
    if (track !== undefined) this.#report(track, problem);
    // Of one URL for all objects of a track it is not known which this would have been.
    this.#options.onObject({ path: "name" in place ? pathOf(place) : trackId(named, true), bytes, status });
    const { code, detail } = problem;
    return { status, text: detail === undefined ? code : `${code}: ${detail}` };
  }

  #report(track: TrackRecord, problem: ReceiveProblem): void {
    track.count(problem);
    this.#options.onProblem(track.id, problem);
  }

  #trackOf(object: ObjectPath, isInit: boolean): TrackRecord | undefined {
    return this.#tracks.open(object.kind === "manifest" ? pathOf(object) : trackId(object, isInit), object.folder);
  }

  /** Reads the init segments that an earlier run left in a folder: some senders send them only once. */
  #recall(folder: string): void {
    if (this.#inits.has(folder)) return;
    for (const { object, bytes } of this.#store.inits(folder)) {
      try {
        const collector = new BoxCollector();
        collector.push(bytes);
        for (const moov of collector.finish().moov) this.#inits.add(object, readInit(moov));
      } catch (error) {
        // It is no longer what it was when it came: then it has to come again.
        if (!(error instanceof UnreadableError)) throw error;
      }
    }
  }
}

/** An object of the track that a request is for, where its content has not told which. */
function nameOf(place: Place): ObjectPath {
  return "name" in place ? place : objectAt(place.folder, `init.${place.extension}`)!;
}
