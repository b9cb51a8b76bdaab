import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** One request as it arrived. */
export type Received = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  /** Counts connections from 0. */
  readonly connection: number;
};

/** What becomes of a request; undefined: 200 once it is whole. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, count: number) => boolean | undefined;

/** A receiver that keeps what arrives whole and is answered with 200, and misbehaves as it is told. */
export class Receiver {
  /** True: it has taken care of the request. */
  behave: Behaviour = () => undefined;
  readonly received: Received[] = [];
  /** Requests that began. */
  requests = 0;
  #server: Server | undefined;
  readonly #sockets = new Map<Socket, number>();
  #connections = 0;
  #port = 0;

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Paths of what arrived, without the publishing point. */
  get names(): string[] {
    return this.received.map(({ url }) => url.replace("/live/news/", ""));
  }

  async open(): Promise<void> {
    const server = createServer((request, response) => void this.#take(request, response));
    server.on("connection", (socket) => {
      this.#sockets.set(socket, this.#connections++);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
    });
    await once(server.listen(this.#port, "127.0.0.1"), "listening");
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets.keys()) socket.destroy();
    if (server !== undefined) await once(server.close(), "close");
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const connection = this.#sockets.get(request.socket) ?? -1;
    request.on("error", () => {});
    if (this.behave(request, response, this.requests++) === true) return;
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk);
    } catch {
      // The sender gave up.
      return;
    }
    const { method = "", url = "", headers } = request;
    this.received.push({ method, url, headers, body: Buffer.concat(chunks), connection });
    response.end();
  }
}

/** Reads what is sent and answers with a status. */
export function answer(request: IncomingMessage, response: ServerResponse, status: number, headers = {}): true {
  request.resume();
  request.on("end", () => response.writeHead(status, headers).end());
  return true;
}
