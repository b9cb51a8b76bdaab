/** The server of `waiters.js`: a channel that grows by a part when it is told to. */
import type { Socket } from "node:net";
import { HttpServer } from "../../src/http/http-server.ts";
import { defaultQualitySignals } from "../../src/manifest/quality-signals.ts";
import { DEFAULT_SCORE_THRESHOLD } from "../../src/quality/score-threshold.ts";
import { createApp } from "../../src/server/create-app.ts";
import { Waiters } from "../../src/server/waiters.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { FIRST, LowLatencyChannel, PARTS } from "../store/low-latency-channel.ts";

const WHOLE = 30;

const channel = new LowLatencyChannel();
channel.segments(FIRST, FIRST + WHOLE - 1);
const clock = (): Milliseconds => Date.now() as Milliseconds;
const closing = new AbortController();
const waiters = new Waiters(clock, closing.signal);
const app = createApp({
  channels: new Map([["news", { store: channel.store, closing: new AbortController().signal, status: () => ({}) }]]),
  ...{ clock, publish: defaultQualitySignals.publish, signals: defaultQualitySignals, waiters },
  threshold: DEFAULT_SCORE_THRESHOLD,
  metrics: { contentType: "text/plain", render: async () => "" },
  closing: closing.signal,
  onResponse: () => {},
  onError: (error) => console.error(error),
});
const sockets = new Set<Socket>();
const server = new HttpServer((request, response) => {
  sockets.add(request.socket);
  app(request, response);
});
/** About what a playlist and its headers take. */
const REFERENCE_BODY = "x".repeat(450);
const reference = Buffer.from(
  `HTTP/1.1 200 OK\r\nX-Filler: ${"x".repeat(650)}\r\nContent-Length: ${REFERENCE_BODY.length}\r\n\r\n${REFERENCE_BODY}`,
);

let longest = 0;
let last = performance.now();
/** Each turn of the loop is as long as what was done in it. */
function watch(): void {
  const now = performance.now();
  longest = Math.max(longest, now - last);
  last = now;
  setImmediate(watch);
}

let parts = 0;
process.on("message", (message) => {
  if (message === "count") process.send!({ count: waiters.count });
  if (message === "longest") process.send!({ longest });
  if (message === "reference") for (const socket of sockets) socket.write(reference);
  if (message !== "publish") return;
  if (parts === 0) watch();
  longest = 0;
  last = performance.now();
  const number = FIRST + WHOLE + Math.floor(parts / PARTS);
  channel.part("v1", number, parts % PARTS);
  channel.part("a1", number, parts % PARTS);
  parts++;
  if (parts % PARTS === 0) {
    channel.whole("v1", number);
    channel.whole("a1", number);
  }
});

const { port } = await server.listen(0, "127.0.0.1");
process.send!({ port, first: FIRST + WHOLE });
