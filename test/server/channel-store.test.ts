import { afterAll, beforeAll, expect, test } from "vitest";
import { ChannelStore } from "../../src/store/channel-store.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { qualityRecord, segment, videoInit } from "./fake-channel.ts";
import { TestServer } from "./test-server.ts";

const store = new ChannelStore({
  name: "news",
  segmentDuration: 1920 as Milliseconds,
  window: 8000 as Milliseconds,
  retainBodies: true,
});
const server = new TestServer(
  new Map([["news", { store, closing: new AbortController().signal, status: () => null }]]),
);

beforeAll(() => server.listen());
afterAll(() => server.close());

/** Status of every segment with a number below 60. */
async function statuses(): Promise<number[]> {
  const numbers = Array.from({ length: 60 }, (_, number) => number);
  const answers = await Promise.all(numbers.map((number) => server.send("HEAD", `/news/v1/${number}.m4s`)));
  return answers.map(({ status }) => status);
}

test("segments of the real store are not there yet, then there, then gone; all that is listed is there", async () => {
  expect((await server.get("/news/index.m3u8")).status).toBe(404);
  store.setTargetDuration(2);
  store.addTrack({ id: "v1", kind: "video", pictureRate: { num: 25, den: 1 } });
  for (let number = 0; number < 50; number++) store.publish("v1", segment(videoInit, number, 1000, qualityRecord({})));
  const found = await statuses();
  const oldest = found.indexOf(200);
  expect(oldest).toBeGreaterThan(0);
  expect(found).toEqual([...Array(oldest).fill(410), ...Array(50 - oldest).fill(200), ...Array(10).fill(404)]);
  const playlist = (await server.get("/news/v1/index.m3u8")).body.toString();
  const listed = [...playlist.matchAll(/^([0-9]+)\.m4s$/gm)].map(([, number]) => found[Number(number)]);
  expect(listed.length).toBeGreaterThanOrEqual(4);
  expect(new Set(listed)).toEqual(new Set([200]));
  expect((await server.get("/news/manifest.mpd")).body.toString()).toContain('type="dynamic"');
});

test("the end turns headers and manifests from live to VOD", async () => {
  store.end();
  const [playlist, mpd, media] = await Promise.all([
    server.get("/news/v1/index.m3u8"),
    server.get("/news/manifest.mpd"),
    server.get("/news/v1/49.m4s"),
  ]);
  expect(playlist.body.toString()).toMatch(/#EXT-X-ENDLIST\n$/);
  expect(mpd.body.toString()).toContain('type="static"');
  for (const { headers } of [playlist, mpd, media]) expect(headers["cmsd-static"]).toMatch(/, st=v$/);
  for (const { headers } of [playlist, mpd]) expect(headers["cache-control"]).toBe("public, max-age=3600");
});
