import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Request line and headers together. CMCD headers take a few hundred bytes. */
const MAX_HEADER_BYTES = 16 * 1024;

/** A sender that needs longer than this to send its headers is stuck. */
const HEADERS_TIMEOUT = 10_000;

/** A request may last as long as its segment is made, which is 30 s at most, and a slow network longer. */
const REQUEST_TIMEOUT = 120_000;

/** Senders keep a connection for each track, and segments may be 30 s apart. */
const KEEP_ALIVE_TIMEOUT = 65_000;

/** Nothing came over a connection in the midst of a request, or nothing was read of an answer. */
const SOCKET_TIMEOUT = 90_000;

/** Each may have a megabyte of boxes in memory. Two packagers of ten tracks and a few players have fifty. */
const MAX_CONNECTIONS = 256;

/** An HTTP/1.1 server that ends in order. */
export class ReceiveServer {
  readonly #server: Server;

  constructor(listener: RequestListener) {
    this.#server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: HEADERS_TIMEOUT,
        requestTimeout: REQUEST_TIMEOUT,
        keepAliveTimeout: KEEP_ALIVE_TIMEOUT,
      },
      listener,
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.setTimeout(SOCKET_TIMEOUT);
  }

  /**
   * Accepts connections from now on.
   *
   * @param port - 0 lets the system choose.
   * @throws Error - as node:net gives it: `EADDRINUSE`, `EACCES` and the like.
   */
  async listen(port: number, host: string): Promise<AddressInfo> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ port, host }, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    return this.#server.address() as AddressInfo;
  }

  /** Accepts no more, lets requests under way end for as long as is given in milliseconds, and cuts what is left. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const limit = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(limit);
  }
}
