import { Readable } from "node:stream";
import { Client } from "undici";
import type { Milliseconds } from "../time/units.ts";
import { Deadline } from "./deadline.ts";
import type { PushedObject } from "./delivery.ts";
import { OutgoingSegment } from "./outgoing-segment.ts";
import type { PushOptions } from "./push-options.ts";
import { asItComes, inPieces } from "./request-body.ts";
import { retryAfter } from "./verdict.ts";

/** More redirections in a row go round in circles. */
const MAX_HOPS = 5;

/** What a receiver says of an object. */
export type Answer = {
  readonly status: number;
  /** It was the first over its connection. */
  readonly isFresh: boolean;
  /** What `Retry-After` asks for, in milliseconds. */
  readonly asked?: number;
  /** Where an object of that name belongs. */
  readonly location?: { readonly name: string; readonly text: string };
};

/**
 * A connection to one receiver, which lasts from request to request; made anew where it broke, when names are looked up again.
 *
 * @spec DASH-IF ingest 1.2: one request an object over a persistent connection
 */
export class Connection {
  readonly #target: PushOptions;
  readonly #patience: Milliseconds;
  #client: Client | undefined;
  /** It has not had an answer yet. */
  #isFresh = true;
  /** The publishing point as the receiver redirects it. */
  #base: URL;
  /** Redirections since something was accepted. */
  #hops = 0;
  /** What is under way. Signals that outlive it are not made one with it, as Node.js keeps a trace of each for ever. */
  #request: AbortController | undefined;

  /** @param patience - How long is waited for more of a segment that is being made. */
  constructor(target: PushOptions, patience: Milliseconds) {
    this.#target = target;
    this.#patience = patience;
    this.#base = target.url;
  }

  /**
   * Sends an object and waits for the answer.
   *
   * @throws Error - where there is none in time.
   */
  async send({ method, name, headers, body }: PushedObject): Promise<Answer> {
    const { timeouts } = this.#target;
    const client = this.#connected();
    const request = new AbortController();
    this.#request = request;
    const giveUp = (reason: string) => () => request.abort(new Error(reason));
    const total = new Deadline(timeouts.total, giveUp(`no answer within ${timeouts.total} ms`));
    const idle = new Deadline(timeouts.idle, giveUp(`the receiver took nothing for ${timeouts.idle} ms`));
    total.start();
    idle.start();
    const isWhole = !(body instanceof OutgoingSegment);
    const stream = Readable.from(isWhole ? inPieces(body, idle) : asItComes(body, this.#patience, { idle, total }));
    const size = isWhole ? body.reduce((sum, { length }) => sum + length, 0) : undefined;
    try {
      const response = await client.request({
        path: `${this.#base.pathname}${name}`,
        method,
        headers: {
          ...this.#own(headers),
          ...(size === undefined || method === "DELETE" ? {} : { "content-length": String(size) }),
        },
        body: method === "DELETE" ? null : stream,
        headersTimeout: 0,
        bodyTimeout: 0,
        signal: request.signal,
      });
      const isFresh = this.#isFresh;
      this.#isFresh = false;
      const { statusCode: status } = response;
      await response.body.dump();
      // Refused before all of it was taken: what follows must not wait for the rest.
      if (status >= 300 && method !== "DELETE" && !stream.readableEnded) await this.drop();
      const after = response.headers["retry-after"];
      const asked = retryAfter(Array.isArray(after) ? after[0] : after);
      const { location } = response.headers;
      if (status < 300) this.#hops = 0;
      return {
        status,
        isFresh,
        ...(asked === undefined ? {} : { asked }),
        ...(typeof location === "string" ? { location: { name, text: location } } : {}),
      };
    } finally {
      total.stop();
      idle.stop();
      this.#request = undefined;
    }
  }

  /** Ends the request that is under way. */
  abort(): void {
    this.#request?.abort();
  }

  /** The next request goes over another. */
  async drop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    this.#isFresh = true;
    await client?.destroy().catch(() => {});
  }

  /**
   * What is at another place is sent there, and what follows as well, until the connection breaks or that place refuses.
   *
   * @returns False where that makes no sense.
   */
  async follow(location: Answer["location"]): Promise<boolean> {
    if (location === undefined) return false;
    const { name, text } = location;
    const asked = `${this.#base.href}${name}`;
    if (!URL.canParse(text, asked)) return false;
    const place = new URL(text, asked);
    const isUsable = /^https?:$/.test(place.protocol) && place.pathname.endsWith(`/${name}`) && place.search === "";
    if (!isUsable || ++this.#hops > MAX_HOPS) return false;
    this.#base = new URL(place.pathname.slice(0, -name.length), place.origin);
    await this.drop();
    return true;
  }

  /** Back to the publishing point as it is configured. */
  async goHome(): Promise<void> {
    this.#base = this.#target.url;
    this.#hops = 0;
    await this.drop();
  }

  /** It is where the receiver named another place. */
  get isAway(): boolean {
    return this.#base !== this.#target.url;
  }

  /** Credentials are for one origin. */
  #own({ authorization, ...headers }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const isOwn = this.#base.origin === this.#target.url.origin;
    return isOwn && authorization !== undefined ? { ...headers, authorization } : headers;
  }

  #connected(): Client {
    const { timeouts, tls } = this.#target;
    if (this.#client === undefined) {
      this.#client = new Client(this.#base.origin, { pipelining: 1, connect: { timeout: timeouts.connect, ...tls } });
      this.#client.on("connect", () => {
        this.#isFresh = true;
      });
    }
    return this.#client;
  }
}
