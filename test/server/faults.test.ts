import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeSnapshot, fakeView, LAST_NUMBER, qualityRecord, segment, videoInit } from "./fake-channel.ts";
import { TestServer } from "./test-server.ts";

/** More than the socket buffers of both ends hold, so that a client that does not read leaves a response under way. */
const LARGE = 32 * 1024 * 1024;

const live = fakeSnapshot();
const [video, audio] = [live.tracks[0]!, live.tracks[1]!];
const large = segment(videoInit, LAST_NUMBER, LARGE, qualityRecord({}));
const withLarge = fakeSnapshot({ tracks: [{ ...video, segments: [large] }, audio] });
/** How often the channel was looked at. */
let reads = 0;
const server = new TestServer(
  new Map([
    [
      "news",
      fakeView(() => {
        reads++;
        return withLarge;
      }),
    ],
    [
      "broken",
      fakeView(() => {
        throw new Error("a fault of the store");
      }),
    ],
  ]),
);
const request = `GET /news/v1/${LAST_NUMBER}.m4s HTTP/1.1\r\nHost: localhost\r\n\r\n`;

beforeAll(() => server.listen());
afterAll(() => server.close());

test("clients that read nothing cost no copy of the segment", async () => {
  const [before, readBefore] = [process.memoryUsage().arrayBuffers, reads];
  const sockets = Array.from({ length: 10 }, () => connect(server.port, "127.0.0.1").pause());
  for (const socket of sockets) socket.write(request);
  while (reads - readBefore < 2 * sockets.length) await sleep(5);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(LARGE);
  for (const socket of sockets) socket.destroy();
});

test("clients that hang up in the middle of a segment, or before it, do no harm", async () => {
  const clients = Array.from({ length: 30 }, async (_, i) => {
    const socket = connect(server.port, "127.0.0.1").on("error", () => {});
    await once(socket, "connect");
    socket.write(request.repeat(1 + (i % 3)));
    if (i % 2 === 0) await once(socket, "data");
    socket.resetAndDestroy();
  });
  await Promise.all(clients);
  await sleep(50);
  const { body } = await server.get("/news/v1/index.m3u8", { "accept-encoding": "gzip" });
  expect(body.length).toBeGreaterThan(0);
  expect(server.errors).toEqual([]);
});

test("a fault in one channel is reported, answered with 500 and no detail, and harms no other", async () => {
  const failed = await server.get("/broken/index.m3u8");
  expect(failed.status).toBe(500);
  expect(failed.body.toString()).toBe("This request failed.\n");
  expect(failed.headers["cache-control"]).toBe("no-store");
  expect(server.errors).toEqual([new Error("a fault of the store")]);
  expect((await server.get("/news/index.m3u8")).status).toBe(200);
});
