import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, Server as NetServer, type Socket } from "node:net";

/**
 * Request line and headers together. CMCD headers take a few hundred bytes; browsers and proxies add a few kilobytes.
 */
const MAX_HEADER_BYTES = 16 * 1024;

/** A client that needs longer than this to send its headers is stuck or hostile. */
const HEADERS_TIMEOUT = 10_000;

/** What a server may bear. */
export type HttpLimits = {
  /** For all of a request, its body included, in milliseconds. */
  readonly requestTimeout: number;
  readonly maxConnections?: number;
};

/** No request has a body, so headers are nearly all of it. */
const withoutBodies: HttpLimits = { requestTimeout: 15_000 };

/**
 * Longer than the 60 s of the usual load balancer, which would otherwise send into a connection that is being closed.
 */
const KEEP_ALIVE_TIMEOUT = 65_000;

/** A client that reads nothing for so long keeps a segment in memory for nothing; one that sends nothing in the midst of a request is stuck. */
const SOCKET_TIMEOUT = 90_000;

/** An HTTP/1.1 server that ends in order. */
export class HttpServer {
  readonly #server: Server;
  /** Open connections with the number of requests on them that are not answered yet. */
  readonly #pending = new Map<Socket, number>();
  #closing: Promise<void> | undefined;

  constructor(listener: RequestListener, { requestTimeout, maxConnections }: HttpLimits = withoutBodies) {
    this.#server = createServer({
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT,
      requestTimeout,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
    });
    if (maxConnections !== undefined) this.#server.maxConnections = maxConnections;
    this.#server.setTimeout(SOCKET_TIMEOUT);
    this.#server.on("connection", (socket) => {
      this.#pending.set(socket, 0);
      socket.once("close", () => this.#pending.delete(socket));
    });
    this.#server.on("request", (request, response) => {
      this.#change(request.socket, 1);
      response.once("close", () => this.#change(request.socket, -1));
      if (this.#closing !== undefined) response.setHeader("Connection", "close");
      listener(request, response);
    });
  }

  /**
   * Accepts connections from now on.
   *
   * @param port - 0 lets the system choose.
   * @param host - Address to bind; all addresses when absent.
   * @throws Error - as node:net gives it: `EADDRINUSE`, `EACCES` and the like.
   */
  async listen(port: number, host?: string): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ port, host }, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    return this.#server.address() as AddressInfo;
  }

  /**
   * Accepts no more connections, lets responses under way finish, and closes each connection after its last one.
   *
   * @param graceMs - After this time connections that are still open are cut.
   * @returns Settles when no connection is open. Further calls wait for the same end.
   */
  close(graceMs: number): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      const limit = setTimeout(() => this.#server.closeAllConnections(), graceMs);
      // The HTTP server's own close destroys connections whose response is written but not sent yet (seen in Node 20).
      NetServer.prototype.close.call(this.#server, () => {
        clearTimeout(limit);
        resolve();
      });
      for (const [socket, pending] of this.#pending) if (pending === 0) socket.destroy();
    });
    return this.#closing;
  }

  #change(socket: Socket, by: number): void {
    const pending = this.#pending.get(socket);
    if (pending === undefined) return;
    this.#pending.set(socket, pending + by);
    if (pending + by === 0 && this.#closing !== undefined) socket.destroySoon();
  }
}
