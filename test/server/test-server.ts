import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { HttpServer } from "../../src/http/http-server.ts";
import { defaultQualitySignals, type QualitySignals } from "../../src/manifest/quality-signals.ts";
import { DEFAULT_SCORE_THRESHOLD } from "../../src/quality/score-threshold.ts";
import type { ChannelView } from "../../src/server/channel-view.ts";
import { createApp } from "../../src/server/create-app.ts";
import { Waiters } from "../../src/server/waiters.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { NOW } from "./fake-channel.ts";

export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer };

/** The packager's server on a port of the system's choice. */
export class TestServer {
  /** What its clock shows. */
  now: Milliseconds = NOW;
  /** Faults it reported. */
  readonly errors: unknown[] = [];
  /** Kind and status of each response that is over. */
  readonly responses: string[] = [];
  port = 0;
  readonly #server: HttpServer;
  readonly #closing = new AbortController();

  /** Requests that it holds. */
  readonly waiters: Waiters = new Waiters(() => this.now, this.#closing.signal);

  constructor(channels: ReadonlyMap<string, ChannelView>, signals: QualitySignals = defaultQualitySignals) {
    const onError = (error: unknown): unknown => this.errors.push(error);
    const closing = this.#closing.signal;
    this.#server = new HttpServer(
      createApp({
        channels,
        clock: () => this.now,
        publish: signals.publish,
        signals,
        waiters: this.waiters,
        threshold: DEFAULT_SCORE_THRESHOLD,
        metrics: { contentType: "text/plain; version=0.0.4; charset=utf-8", render: async () => "up 1\n" },
        closing,
        onResponse: (kind, status) => this.responses.push(`${kind} ${status}`),
        onError,
      }),
    );
  }

  async listen(): Promise<void> {
    ({ port: this.port } = await this.#server.listen(0, "127.0.0.1"));
  }

  close(): Promise<void> {
    this.#closing.abort();
    return this.#server.close(1000);
  }

  /** One request as it is on the wire: no decoding, no cache, the path exactly as given. */
  send(method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: "127.0.0.1", port: this.port, method, path, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks) });
        });
      });
      request.on("error", reject).end();
    });
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send("GET", path, headers);
  }
}
