import { setTimeout as sleep } from "node:timers/promises";
import { Backoff } from "../time/backoff.ts";
import type { Milliseconds } from "../time/units.ts";
import { Connection } from "./connection.ts";
import type { Delivery, PushedObject, Source } from "./delivery.ts";
import { NothingMoreError } from "./outgoing-segment.ts";
import type { PushOptions } from "./push-options.ts";
import { judge } from "./verdict.ts";

/** A refusal is asked about again so often: somebody may have mended it. */
const REFUSED_MS = 60_000;

/** A first retry comes before anybody runs short; later a receiver that is back is noticed within a few segments, and one that is overloaded is left alone. */
const RETRY = { first: 200 as Milliseconds, longest: 5000 as Milliseconds };

/** What a receiver asks for with Retry-After is kept to, but not for longer. */
const LONGEST_ASKED_MS = 60_000;

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
 * @spec DASH-IF ingest 1.2: parallel connections for the tracks
 */
export class Sender {
  readonly #options: SenderOptions;
  readonly #closing = new AbortController();
  readonly #backoff = new Backoff(RETRY, Math.random);
  readonly #running: Promise<void>;
  readonly #connection: Connection;
  #wake: (() => void) | undefined;
  #isEnding = false;
  /** The init segment was asked for, and no segment was accepted since. */
  #hasAskedInit = false;
  #status: SenderStatus = { state: "idle", retried: 0 };

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#connection = new Connection(options.target, options.patience);
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
      this.#connection.abort();
    }, grace);
    this.wake();
    await this.#running;
    clearTimeout(timer);
    await this.#connection.drop();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        const delivery = this.#options.source.next();
        if (delivery === undefined && this.#isEnding) return;
        if (delivery === undefined) await this.#idle();
        else await this.#attempt(delivery);
      } catch (error) {
        // A manifest that cannot be written is a fault of this program, which must not end with it.
        this.#fail(reasonOf(error), "retrying");
        await this.#wait(this.#retryAfter());
      }
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
    const { source, note, onDone } = this.#options;
    try {
      if (this.#status.state === "idle") this.#set({ ...this.#status, state: "sending" });
      const { status, isFresh, asked, location } = await this.#connection.send(this.#options.objectOf(delivery));
      const verdict = judge(status, delivery.kind, isFresh);
      if (verdict === "accepted") {
        source.done(delivery);
        onDone?.(delivery);
        // An init segment that is taken does not mean that its segment will be.
        if (delivery.kind !== "init") {
          this.#backoff.reset();
          this.#hasAskedInit = false;
        }
        const { lastError: _, ...rest } = this.#status;
        this.#set({ ...rest, state: "sending", lastStatus: status });
        return;
      }
      // A signature is for one host.
      const mayFollow = verdict === "elsewhere" && this.#options.target.s3 === undefined;
      if (mayFollow && (await this.#connection.follow(location))) return;
      if (delivery.kind === "deletion" && verdict === "refused") {
        note(`deletes nothing there, as that is answered with ${status}`);
        source.keepAll?.();
        return;
      }
      if (verdict === "needs-init") source.forgetInit?.();
      const isRefused = verdict === "refused" || verdict === "elsewhere";
      this.#fail(`status ${status}`, isRefused ? "refused" : "retrying", status);
      const isAtOnce = verdict === "needs-init" && !this.#hasAskedInit;
      this.#hasAskedInit ||= verdict === "needs-init";
      // Who was named instead may be the wrong one by now.
      if (isRefused && this.#connection.isAway) await this.#connection.goHome();
      if (!isAtOnce) await this.#wait(isRefused ? REFUSED_MS : this.#retryAfter(asked));
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      if (error instanceof NothingMoreError && delivery.kind === "segment") {
        source.putBack?.(delivery.segment);
        await this.#connection.drop();
        return;
      }
      // The receiver may be another process than before: it is told everything anew, over a new connection.
      source.forgetInit?.();
      await this.#connection.goHome();
      this.#fail(reasonOf(error), "retrying");
      await this.#wait(this.#retryAfter());
    }
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
