import type { RequestListener, ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { HttpServer } from "../../src/http/http-server.ts";

/** A server on a port of the system's choice that is gone after the test. */
async function serve(listener: RequestListener): Promise<{ server: HttpServer; port: number }> {
  const server = new HttpServer(listener);
  onTestFinished(() => server.close(0));
  const { port } = await server.listen(0, "127.0.0.1");
  return { server, port };
}

/** A connection as a client without any HTTP library sees it. */
class RawClient {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  received = "";

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.setEncoding("latin1").on("data", (text) => {
      this.received += text;
    });
    this.socket.on("error", () => this.socket.destroy());
    this.closed = new Promise((resolve) => this.socket.once("close", () => resolve()));
  }

  /** Sends a request that leaves the connection open. */
  get(path: string): void {
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  }

  async until(text: string): Promise<void> {
    while (!this.received.includes(text)) {
      if (this.socket.destroyed) throw new Error(`closed after ${JSON.stringify(this.received)}`);
      await sleep(5);
    }
  }
}

test("lets a response under way finish, then closes its connection and settles", async () => {
  let held: ServerResponse | undefined;
  const { server, port } = await serve((_request, response) => {
    held = response;
    response.setHeader("Content-Length", 10);
    response.write("first");
  });
  const client = new RawClient(port);
  client.get("/");
  await client.until("first");
  let settled = false;
  const closed = server.close(10_000).then(() => {
    settled = true;
  });
  await sleep(50);
  expect(settled).toBe(false);
  held?.end("-last");
  await Promise.all([closed, client.closed]);
  expect(client.received).toMatch(/first-last$/);
});

test("closes idle connections at once: kept alive, and opened without a request", async () => {
  const { server, port } = await serve((_request, response) => response.end("done"));
  const kept = new RawClient(port);
  kept.get("/");
  await kept.until("done");
  const silent = new RawClient(port);
  await new Promise((resolve) => silent.socket.once("connect", resolve));
  await sleep(20);
  const start = performance.now();
  await Promise.all([server.close(10_000), kept.closed, silent.closed]);
  expect(performance.now() - start).toBeLessThan(1000);
});

test("refuses new connections once it closes", async () => {
  const { server, port } = await serve((_request, response) => response.end("done"));
  await server.close(1000);
  const late = new RawClient(port);
  await late.closed;
  expect(late.received).toBe("");
});

test("announces the end of the connection to a request that comes while it closes", async () => {
  const held: ServerResponse[] = [];
  const { server, port } = await serve((_request, response) => {
    held.push(response);
    if (held.length > 1) response.end("second");
  });
  const client = new RawClient(port);
  client.get("/");
  while (held.length < 1) await sleep(5);
  const closed = server.close(10_000);
  client.get("/");
  while (held.length < 2) await sleep(5);
  held[0]?.end("first");
  await Promise.all([closed, client.closed]);
  expect(client.received).toMatch(/first[\s\S]*Connection: close[\s\S]*second$/i);
});

test("cuts connections that outlast the grace period", async () => {
  const { server, port } = await serve((_request, response) => response.write("never ends"));
  const client = new RawClient(port);
  client.get("/");
  await client.until("never ends");
  const start = performance.now();
  await Promise.all([server.close(100), client.closed]);
  const took = performance.now() - start;
  expect(took).toBeGreaterThanOrEqual(95);
  expect(took).toBeLessThan(2000);
});

test("may be closed twice", async () => {
  const { server } = await serve((_request, response) => response.end());
  await Promise.all([server.close(100), server.close(100)]);
});

test("says why it cannot listen", async () => {
  const { port } = await serve((_request, response) => response.end());
  const second = new HttpServer((_request, response) => response.end());
  await expect(second.listen(port, "127.0.0.1")).rejects.toMatchObject({ code: "EADDRINUSE" });
});

test("answers headers that are too large with 431 and hangs up", async () => {
  const { port } = await serve((_request, response) => response.end("reached"));
  const client = new RawClient(port);
  client.socket.write(`GET /${"a".repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await client.closed;
  expect(client.received).toMatch(/^HTTP\/1\.1 431 /);
});
