import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "undici";
import { Backoff } from "../time/backoff.ts";
import type { Milliseconds } from "../time/units.ts";
import { Deadline } from "./deadline.ts";
import type { Delivery, Lane } from "./lane.ts";
import { NothingMoreError, OutgoingSegment } from "./outgoing-segment.ts";
import type { PushOptions } from "./push-options.ts";
import { judge, retryAfter } from "./verdict.ts";

/** A refusal is asked about again so often: somebody may have mended it. */
const REFUSED_MS = 60_000;

/** A first retry comes before anybody runs short; later a receiver that is back is noticed within a few segments, and one that is overloaded is left alone. */
const RETRY = { first: 200 as Milliseconds, longest: 5000 as Milliseconds };

/** What a receiver asks for with Retry-After is kept to, but not for longer. */
const LONGEST_ASKED_MS = 60_000;

/** Pieces in which a body is handed over, so that it is seen how much of it the receiver takes. */
const PIECE_BYTES = 64 * 1024;

/** An object as it is sent. */
export type PushedObject = {
  /** Relative to the publishing point. */
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  /** A segment of which there is more to come is sent as it comes. */
  readonly body: readonly Uint8Array[] | OutgoingSegment;
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
  readonly lane: Lane;
  readonly objectOf: (delivery: Delivery) => PushedObject;
  /** How long is waited for more of a segment that is being made. */
  readonly patience: Milliseconds;
  /** Told when what is sent begins to fail, and when it no longer does. */
  readonly onChange: (status: SenderStatus) => void;
};

/**
 * Sends what waits in one lane to one receiver, one object after the other, over a connection of its own.
 *
 * @spec DASH-IF ingest 1.2: one request an object over a persistent connection, parallel ones for the tracks
 */
export class TrackSender {
  readonly #options: SenderOptions;
  readonly #closing = new AbortController();
  readonly #backoff = new Backoff(RETRY, Math.random);
  readonly #running: Promise<void>;
  #client: Client | undefined;
  /** The connection has not had an answer yet. */
  #isFresh = true;
  #wake: (() => void) | undefined;
  #isEnding = false;
  /** What is under way. Signals that outlive it are not made one with it, as Node.js keeps a trace of each for ever. */
  #request: AbortController | undefined;
  #status: SenderStatus = { state: "idle", retried: 0 };

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  get status(): SenderStatus {
    return this.#status;
  }

  /** There is something new in the lane. */
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
      const delivery = this.#options.lane.next();
      if (delivery === undefined && this.#isEnding) return;
      if (delivery === undefined) await this.#idle();
      else await this.#attempt(delivery);
    }
  }

  async #idle(): Promise<void> {
    this.#set({ ...this.#status, state: "idle" });
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
  }

  async #attempt(delivery: Delivery): Promise<void> {
    const { lane } = this.#options;
    try {
      const { status, asked } = await this.#send(this.#options.objectOf(delivery));
      const verdict = judge(status, this.#isFresh && delivery.kind === "segment");
      this.#isFresh = false;
      if (verdict === "accepted") {
        lane.done(delivery);
        this.#backoff.reset();
        const { lastError: _, ...rest } = this.#status;
        this.#set({ ...rest, state: "sending", lastStatus: status });
        return;
      }
      if (verdict === "needs-init") lane.forgetInit();
      this.#fail(`status ${status}`, verdict === "refused" ? "refused" : "retrying", status);
      if (verdict !== "needs-init" || delivery.kind === "init") {
        await this.#wait(verdict === "refused" ? REFUSED_MS : this.#retryAfter(asked));
      }
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      if (error instanceof NothingMoreError && delivery.kind === "segment") {
        lane.putBack(delivery.segment);
        await this.#drop();
        return;
      }
      // The receiver may be another process than before: it is told everything anew, over a new connection.
      lane.forgetInit();
      await this.#drop();
      this.#fail(reasonOf(error), "retrying");
      await this.#wait(this.#retryAfter());
    }
  }

  async #send({ name, headers, body }: PushedObject): Promise<{ readonly status: number; readonly asked?: number }> {
    const { target, patience } = this.#options;
    const { url, method, authorization, timeouts } = target;
    const client = this.#connected();
    const request = new AbortController();
    this.#request = request;
    const giveUp = (reason: string) => () => request.abort(new Error(reason));
    const total = new Deadline(timeouts.total, giveUp(`no answer within ${timeouts.total} ms`));
    const idle = new Deadline(timeouts.idle, giveUp(`the receiver took nothing for ${timeouts.idle} ms`));
    total.start();
    idle.start();
    const isWhole = !(body instanceof OutgoingSegment);
    try {
      const response = await client.request({
        path: `${url.pathname}${name}`,
        method,
        headers: {
          ...headers,
          ...(isWhole ? { "content-length": String(body.reduce((size, { length }) => size + length, 0)) } : {}),
          ...(authorization === undefined ? {} : { authorization }),
        },
        body: Readable.from(isWhole ? pieces(body, idle) : growing(body, patience, { idle, total })),
        headersTimeout: 0,
        bodyTimeout: 0,
        signal: request.signal,
      });
      await response.body.dump();
      const after = response.headers["retry-after"];
      const asked = retryAfter(Array.isArray(after) ? after[0] : after);
      return { status: response.statusCode, ...(asked === undefined ? {} : { asked }) };
    } finally {
      total.stop();
      idle.stop();
      this.#request = undefined;
    }
  }

  /** A connection is made anew where there is none, and its name looked up again. */
  #connected(): Client {
    const { url, timeouts } = this.#options.target;
    if (this.#client === undefined) {
      this.#client = new Client(url.origin, { pipelining: 1, connect: { timeout: timeouts.connect } });
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

/** @param idle - Begins anew whenever the receiver has room for more, and ends with the body: the rest lies before the receiver. */
function* pieces(body: readonly Uint8Array[], idle: Deadline): Generator<Uint8Array> {
  for (const stretch of body) {
    for (let at = 0; at < stretch.length; at += PIECE_BYTES) {
      idle.start();
      yield stretch.subarray(at, at + PIECE_BYTES);
    }
  }
  idle.stop();
}

/** What comes of a segment while it is being made. Time in which nothing comes is not the receiver's. */
async function* growing(
  segment: OutgoingSegment,
  patience: Milliseconds,
  { idle, total }: { readonly idle: Deadline; readonly total: Deadline },
): AsyncGenerator<Uint8Array> {
  for await (const stretch of segment.stretches(patience)) {
    total.start();
    yield* pieces([stretch], idle);
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? cause.message : error.message;
}
