import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "undici";
import { Backoff } from "../time/backoff.ts";
import type { Milliseconds } from "../time/units.ts";
import { Deadline } from "./deadline.ts";
import type { Delivery, PushedObject, Source } from "./delivery.ts";
import { NothingMoreError, OutgoingSegment } from "./outgoing-segment.ts";
import type { PushOptions } from "./push-options.ts";
import { asItComes, inPieces } from "./request-body.ts";
import { judge, retryAfter } from "./verdict.ts";

/** A refusal is asked about again so often: somebody may have mended it. */
const REFUSED_MS = 60_000;

/** A first retry comes before anybody runs short; later a receiver that is back is noticed within a few segments, and one that is overloaded is left alone. */
const RETRY = { first: 200 as Milliseconds, longest: 5000 as Milliseconds };

/** What a receiver asks for with Retry-After is kept to, but not for longer. */
const LONGEST_ASKED_MS = 60_000;

/** More redirections in a row go round in circles. */
const MAX_HOPS = 5;

type Answer = {
  readonly status: number;
  /** What `Retry-After` asks for, in milliseconds. */
  readonly asked?: number;
  /** Where an object of that name belongs. */
  readonly location?: { readonly name: string; readonly text: string };
};

/** What a sender tells of itself. */
export type SenderStatus = {
  readonly state: "idle" | "sending" | "retrying" | "refused";
  /** Of the newest answer. */
  readonly lastStatus?: number;
  /** Why the newest attempt failed, until one succeeds. */
  readonly lastError?: string;
  readonly retried: number;
};

/** What a sender needs. */
export type SenderOptions = {
  readonly target: PushOptions;
  readonly source: Source;
  readonly objectOf: (delivery: Delivery) => PushedObject;
  /** How long is waited for more of a segment that is being made. */
  readonly patience: Milliseconds;
  /** Told when what is sent begins to fail, and when it no longer does. */
  readonly onChange: (status: SenderStatus) => void;
  /** The receiver has an object. */
  readonly onDone?: (delivery: Delivery) => void;
  /** Told of what goes on without. */
  readonly note: (text: string) => void;
};

/**
 * Sends what one source has to one receiver, one object after the other, over a connection of its own.
 *
 * @spec DASH-IF ingest 1.2: one request an object over a persistent connection, parallel ones for the tracks
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #closing = new AbortController();
  readonly #backoff = new Backoff(RETRY, Math.random);
  readonly #running: Promise<void>;
  #client: Client | undefined;
  /** The connection has not had an answer yet. */
  #isFresh = true;
  #wake: (() => void) | undefined;
  #isEnding = false;
  /** The publishing point as the receiver redirects it. */
  #base: URL;
  /** Redirections since something was accepted. */
  #hops = 0;
  /** What is under way. Signals that outlive it are not made one with it, as Node.js keeps a trace of each for ever. */
  #request: AbortController | undefined;
  #status: SenderStatus = { state: "idle", retried: 0 };

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#base = options.target.url;
    this.#running = this.#run();
  }

  get status(): SenderStatus {
    return this.#status;
  }

  /** The source has something new. */
  wake(): void {
    this.#wake?.();
  }

  /** Ends what is under way after the time given. */
  async close(grace: Milliseconds): Promise<void> {
    this.#isEnding = true;
    const timer = setTimeout(() => {
      this.#closing.abort();
      this.#request?.abort();
    }, grace);
    this.wake();
    await this.#running;
    clearTimeout(timer);
    await this.#drop();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const delivery = this.#options.source.next();
      if (delivery === undefined && this.#isEnding) return;
      if (delivery === undefined) await this.#idle();
      else await this.#attempt(delivery);
    }
  }

  async #idle(): Promise<void> {
    this.#set({ ...this.#status, state: "idle" });
    await this.#awaken();
  }

  async #awaken(): Promise<void> {
    let own: (() => void) | undefined;
    await new Promise<void>((resolve) => {
      own = resolve;
      this.#wake = own;
    });
    // It may be another's by now.
    if (this.#wake === own) this.#wake = undefined;
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { source, note, onDone } = this.#options;
    try {
      const { status, asked, location } = await this.#send(this.#options.objectOf(delivery));
      const verdict = judge(status, delivery.kind, this.#isFresh);
      this.#isFresh = false;
      if (verdict === "accepted") {
        source.done(delivery);
        onDone?.(delivery);
        this.#backoff.reset();
        this.#hops = 0;
        const { lastError: _, ...rest } = this.#status;
        this.#set({ ...rest, state: "sending", lastStatus: status });
        return;
      }
      // A signature is for one host.
      const mayFollow = verdict === "elsewhere" && this.#options.target.s3 === undefined;
      if (mayFollow && (await this.#follow(location))) return;
      if (delivery.kind === "deletion" && verdict === "refused") {
        note(`deletes nothing there, as that is answered with ${status}`);
        source.keepAll();
        return;
      }
      if (verdict === "needs-init") source.forgetInit();
      const isRefused = verdict === "refused" || verdict === "elsewhere";
      this.#fail(`status ${status}`, isRefused ? "refused" : "retrying", status);
      if (verdict === "needs-init") return;
      const pause = this.#wait(isRefused ? REFUSED_MS : this.#retryAfter(asked));
      // What is new does not wait for what is old to be gone.
      await (delivery.kind === "deletion" ? Promise.race([pause, this.#awaken()]) : pause);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      if (error instanceof NothingMoreError && delivery.kind === "segment") {
        source.putBack(delivery.segment);
        await this.#drop();
        return;
      }
      // The receiver may be another process than before: it is told everything anew, over a new connection.
      source.forgetInit();
      await this.#drop();
      this.#base = this.#options.target.url;
      this.#fail(reasonOf(error), "retrying");
      await this.#wait(this.#retryAfter());
    }
  }

  async #send({ method, name, headers, body }: PushedObject): Promise<Answer> {
    const { target, patience } = this.#options;
    const { timeouts } = target;
    const client = this.#connected();
    const request = new AbortController();
    this.#request = request;
    const giveUp = (reason: string) => () => request.abort(new Error(reason));
    const total = new Deadline(timeouts.total, giveUp(`no answer within ${timeouts.total} ms`));
    const idle = new Deadline(timeouts.idle, giveUp(`the receiver took nothing for ${timeouts.idle} ms`));
    total.start();
    idle.start();
    const isWhole = !(body instanceof OutgoingSegment);
    const stream = Readable.from(isWhole ? inPieces(body, idle) : asItComes(body, patience, { idle, total }));
    try {
      const response = await client.request({
        path: `${this.#base.pathname}${name}`,
        method,
        headers: {
          ...this.#own(headers),
          ...(isWhole ? { "content-length": String(body.reduce((size, { length }) => size + length, 0)) } : {}),
        },
        body: stream,
        headersTimeout: 0,
        bodyTimeout: 0,
        signal: request.signal,
      });
      await response.body.dump();
      // Refused before all of it was taken: what follows must not wait for the rest.
      if (response.statusCode >= 300 && !stream.readableEnded) await this.#drop();
      const after = response.headers["retry-after"];
      const asked = retryAfter(Array.isArray(after) ? after[0] : after);
      const { location } = response.headers;
      return {
        status: response.statusCode,
        ...(asked === undefined ? {} : { asked }),
        ...(typeof location === "string" ? { location: { name, text: location } } : {}),
      };
    } finally {
      total.stop();
      idle.stop();
      this.#request = undefined;
    }
  }

  /**
   * What is at another place is sent there, and what follows as well, until the connection breaks.
   *
   * @returns False where that makes no sense.
   */
  async #follow(location: Answer["location"]): Promise<boolean> {
    const { name, text } = location ?? {};
    if (name === undefined || text === undefined || !URL.canParse(text, this.#base.href)) return false;
    const place = new URL(text, this.#base);
    const isUsable = /^https?:$/.test(place.protocol) && place.pathname.endsWith(`/${name}`) && place.search === "";
    if (!isUsable || ++this.#hops > MAX_HOPS) return false;
    this.#base = new URL(place.pathname.slice(0, -name.length), place.origin);
    await this.#drop();
    return true;
  }

  /** Credentials are for one origin. */
  #own({ authorization, ...headers }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const isOwn = this.#base.origin === this.#options.target.url.origin;
    return isOwn && authorization !== undefined ? { ...headers, authorization } : headers;
  }

  /** A connection is made anew where there is none, and its name looked up again. */
  #connected(): Client {
    const { timeouts, tls } = this.#options.target;
    if (this.#client === undefined) {
      this.#client = new Client(this.#base.origin, { pipelining: 1, connect: { timeout: timeouts.connect, ...tls } });
      this.#client.on("connect", () => {
        this.#isFresh = true;
      });
    }
    return this.#client;
  }

  async #drop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#isFresh = true;
    await client?.destroy().catch(() => {});
  }

  #fail(lastError: string, state: SenderStatus["state"], lastStatus?: number): void {
    this.#set({
      ...this.#status,
      ...(lastStatus === undefined ? {} : { lastStatus }),
      state,
      lastError,
      retried: this.#status.retried + 1,
    });
  }

  #set(status: SenderStatus): void {
    const isNews = status.lastError !== this.#status.lastError;
    this.#status = status;
    if (isNews) this.#options.onChange(status);
  }

  /** @param asked - By the receiver, in milliseconds. */
  #retryAfter(asked = 0): number {
    return Math.max(this.#backoff.next(), Math.min(LONGEST_ASKED_MS, asked));
  }

  async #wait(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#closing.signal }).catch(() => {});
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message : error.message;
}
