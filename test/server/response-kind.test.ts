import { afterAll, beforeAll, expect, test } from "vitest";
import { audioInit, FIRST_NUMBER, fakeSnapshot, fakeView, LAST_NUMBER } from "./fake-channel.ts";
import { TestServer } from "./test-server.ts";

const live = fakeSnapshot();
const server = new TestServer(new Map([["news", fakeView(() => live)]]));

beforeAll(() => server.listen());
afterAll(() => server.close());

test.for([
  ["GET /news/index.m3u8", "manifest 200"],
  ["GET /news/v1/index.m3u8", "manifest 200"],
  ["HEAD /news/manifest.mpd", "manifest 200"],
  ["GET /nobody/manifest.mpd", "manifest 404"],
  [`GET /news/a1/init-${audioInit.id}.mp4`, "init 200"],
  [`GET /news/v1/${LAST_NUMBER}.m4s`, "segment 200"],
  [`GET /news/v1/${LAST_NUMBER}.m4s?CMCD=x`, "segment 200"],
  [`GET /news/v1/${FIRST_NUMBER - 1}.m4s`, "segment 410"],
  ["GET /news/v1/quality.json", "quality 200"],
  ["GET /news/v1/quality.json?x=1", "quality 400"],
  ["HEAD /news/quality/events", "events 200"],
  ["GET /metrics", "operations 200"],
  ["GET /healthz", "operations 200"],
  ["GET /api/channels", "operations 200"],
  ["GET /", "page 200"],
  ["GET /page/page.css", "page 200"],
  ["GET /wp-login.php", "other 404"],
  ["GET /%zz/index.m3u8", "manifest 400"],
  ["POST /news/index.m3u8", "manifest 405"],
] as const)("%s counts as %s", async ([line, counted]) => {
  const [method, path] = line.split(" ") as [string, string];
  server.responses.length = 0;
  await server.send(method, path);
  // The client may be told before the server notices that all has left.
  while (server.responses.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(server.responses).toEqual([counted]);
});
