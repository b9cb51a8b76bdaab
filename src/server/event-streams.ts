import type { Response } from "express";
import { NO_STORE } from "../manifest/cache-control.ts";

/** Each costs a connection and what it has not read yet. A page that shows it to more people belongs behind a cache of its own. */
export const MAX_LISTENERS = 1000;

/**
 * What a client may leave unread beyond what the kernel takes: minutes of segments, and no more than 512 MiB if all
 * {@link MAX_LISTENERS} do.
 */
const MAX_BACKLOG_BYTES = 512 * 1024;

/** Shorter than the 30 s to 60 s after which proxies take a silent connection for dead. */
const HEARTBEAT_MS = 15_000;

/** A comment: clients pass over it. */
const HEARTBEAT = ":\n\n";

/**
 * The open streams of server-sent events of all channels.
 *
 * There is one timer for all, while there are any. Whoever goes away, or reads too slowly, is forgotten at once.
 *
 * @spec WHATWG HTML, 9.2 Server-sent events
 */
export class EventStreams {
  readonly #open = new Set<Response>();
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  /** @param closing - Ends them all, and lets none begin any more. */
  constructor(closing: AbortSignal) {
    const close = (): void => this.#close();
    if (closing.aborted) close();
    else closing.addEventListener("abort", close, { once: true });
  }

  /** There is no room for another one. */
  get isFull(): boolean {
    return this.#isClosed || this.#open.size >= MAX_LISTENERS;
  }

  /**
   * Begins a stream.
   *
   * @param ended - Called once, when it has ended, whatever ended it.
   */
  begin(response: Response, ended: () => void): void {
    response.set(eventStreamHeaders);
    response.flushHeaders();
    this.#open.add(response);
    this.#timer ??= setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
    response.once("close", () => {
      this.#forget(response);
      ended();
    });
    // A write that meets a connection just closed is told here, and "close" follows.
    response.on("error", () => this.#forget(response));
  }

  /** Sends to a stream; one that has left too much unread is cut off instead. */
  send(response: Response, text: string): void {
    if (!this.#open.has(response)) return;
    if (response.writableLength > MAX_BACKLOG_BYTES) {
      this.#forget(response);
      response.destroy();
    } else {
      response.write(text);
    }
  }

  #beat(): void {
    for (const response of [...this.#open]) this.send(response, HEARTBEAT);
  }

  #forget(response: Response): void {
    this.#open.delete(response);
    if (this.#open.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #close(): void {
    this.#isClosed = true;
    for (const response of [...this.#open]) {
      this.#forget(response);
      response.end();
    }
  }
}

/** Headers of every stream. nginx, for one, holds back what it proxies unless told not to. */
export const eventStreamHeaders: Readonly<Record<string, string>> = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": NO_STORE,
  "X-Accel-Buffering": "no",
};
