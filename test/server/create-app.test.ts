import { decodeCmsdStatic } from "@svta/cml-cmsd";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { segmentReport } from "../../src/quality/segment-report.ts";
import { audioInit, FIRST_NUMBER, fakeSnapshot, fakeView, LAST_NUMBER, videoInit } from "./fake-channel.ts";
import { TestServer } from "./test-server.ts";

const server = new TestServer(
  new Map([
    ["news", fakeView(() => live)],
    ["film & more", fakeView(() => ended)],
    ["starting", fakeView(() => undefined)],
  ]),
);
const live = fakeSnapshot();
const ended = fakeSnapshot({ name: "film & more", ended: true });
const segmentPath = `/news/v1/${LAST_NUMBER}.m4s`;

beforeAll(() => server.listen());
afterAll(() => server.close());

type Expected = { readonly headers?: Record<string, string | undefined>; readonly body?: string | RegExp };

const manifest = { "cache-control": "public, max-age=1", vary: "Accept-Encoding" };
const media = { "cache-control": "public, max-age=60, immutable", "accept-ranges": "bytes" };
const noStore = { "cache-control": "no-store", "cmsd-static": undefined, etag: undefined };

const routes: [request: string, status: number, expected: Expected][] = [
  [
    "GET /",
    200,
    { headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" }, body: /<!doctype html>/ },
  ],
  ["GET /page/page.css", 200, { headers: { "content-type": "text/css; charset=utf-8" }, body: /:root/ }],
  ["GET /page/page.js", 200, { headers: { "content-type": "text/javascript; charset=utf-8" }, body: /FRAG_LOADED/ }],
  ["GET /page/hls.min.js", 200, { headers: { "content-type": "text/javascript; charset=utf-8" }, body: /FRAG_LOADED/ }],
  ["GET /page/page-assets.ts", 404, {}],
  [
    "GET /news/index.m3u8",
    200,
    {
      headers: {
        ...manifest,
        "content-type": "application/vnd.apple.mpegurl",
        "cmsd-static": 'n="mqa-packager", ot=m, sf=h, st=l',
        "content-encoding": undefined,
      },
      body: /^#EXTM3U\n[\s\S]*#EXT-X-STREAM-INF:/,
    },
  ],
  [
    "GET /news/manifest.mpd",
    200,
    {
      headers: {
        ...manifest,
        "content-type": "application/dash+xml",
        "cmsd-static": 'n="mqa-packager", ot=m, sf=d, st=l',
      },
      body: /<MPD[^>]* publishTime="2027-01-15T08:00:00(\.000)?Z"/,
    },
  ],
  ["GET /news/v1/index.m3u8", 200, { headers: manifest, body: /^#EXTM3U\n[\s\S]*900000004\.m4s/ }],
  ["GET /news/a1/index.m3u8", 200, { headers: manifest, body: new RegExp(`init-${audioInit.id}\\.mp4`) }],
  [
    "GET /film%20%26%20more/index.m3u8",
    200,
    { headers: { "cache-control": "public, max-age=3600", "cmsd-static": 'n="mqa-packager", ot=m, sf=h, st=v' } },
  ],
  [
    `GET /news/v1/init-${videoInit.id}.mp4`,
    200,
    {
      headers: {
        "content-type": "video/mp4",
        "content-length": "700",
        "accept-ranges": "bytes",
        "cache-control": "public, max-age=31536000, immutable",
        "cmsd-static": 'n="mqa-packager", ot=i, st=l',
        etag: `"${videoInit.id}"`,
      },
    },
  ],
  [`GET /news/a1/init-${audioInit.id}.mp4`, 200, { headers: { "content-type": "audio/mp4", "content-length": "600" } }],
  [
    `GET ${segmentPath}`,
    200,
    {
      headers: {
        ...media,
        "content-type": "video/mp4",
        "content-length": "50000",
        etag: `"${videoInit.id}-${LAST_NUMBER}-50000"`,
        "cmsd-static":
          'at=1800000000000, br=208, d=1920, n="mqa-packager", org.svta.mqa-errors=8, org.svta.mqa-n=48, ' +
          "org.svta.mqa-psnr=47.12, org.svta.mqa-ssim=100, org.svta.mqa-video=54, org.svta.mqa-vmaf=93.06, ot=v, st=l",
      },
    },
  ],
  [
    `GET /news/a1/${LAST_NUMBER}.m4s`,
    200,
    {
      headers: {
        ...media,
        "content-type": "audio/mp4",
        "cmsd-static":
          'at=1800000000000, br=128, d=1920, n="mqa-packager", org.svta.mqa-audio=98, org.svta.mqa-errors=0, org.svta.mqa-n=48, ot=a, st=l',
      },
    },
  ],
  // What does not exist, does not exist yet, or exists no more.
  [`GET /news/v1/${LAST_NUMBER + 1}.m4s`, 404, { headers: noStore, body: "There is nothing here.\n" }],
  [
    `GET /news/v1/${FIRST_NUMBER - 1}.m4s`,
    410,
    {
      headers: { "cache-control": "public, max-age=60", "cmsd-static": undefined },
      body: "This segment has left the window.\n",
    },
  ],
  ["GET /starting/index.m3u8", 404, { headers: noStore }],
  ["GET /starting/manifest.mpd", 404, { headers: noStore }],
  ["GET /starting/v1/1.m4s", 404, { headers: noStore }],
  ["GET /nobody/index.m3u8", 404, { headers: noStore }],
  ["GET /__proto__/index.m3u8", 404, {}],
  ["GET /news/v9/index.m3u8", 404, {}],
  [`GET /news/v9/${LAST_NUMBER}.m4s`, 404, {}],
  ["GET /news/v1/init-0000.mp4", 404, {}],
  [`GET /news/a1/init-${videoInit.id}.mp4`, 404, {}],
  ["GET /news", 404, {}],
  ["GET /news/", 404, {}],
  ["GET /news/index.m3u8/", 404, {}],
  ["GET /NEWS/index.m3u8", 404, {}],
  ["GET /favicon.ico", 404, {}],
  // Numbers that are none.
  ["GET /news/v1/1e9.m4s", 404, {}],
  ["GET /news/v1/-1.m4s", 404, {}],
  ["GET /news/v1/+1.m4s", 404, {}],
  [`GET /news/v1/0${LAST_NUMBER}.m4s`, 404, {}],
  [`GET /news/v1/${LAST_NUMBER}.0.m4s`, 404, {}],
  ["GET /news/v1/.m4s", 404, {}],
  ["GET /news/v1/9007199254740993.m4s", 404, {}],
  // Paths meant to do harm.
  ["GET /../../../../etc/passwd", 404, {}],
  ["GET /page/..%2f..%2fpage-assets.ts", 404, {}],
  ["GET /page/%2e%2e/create-app.ts", 404, {}],
  ["GET /news%2findex.m3u8", 404, {}],
  ["GET /news/v1%2f900000004.m4s", 404, {}],
  ["GET /news/%00/index.m3u8", 404, {}],
  ["GET //news/index.m3u8", 404, {}],
  ["GET /%zz/index.m3u8", 400, { headers: noStore, body: "The path is not valid percent-encoding.\n" }],
  ["GET /%c3%28/v1/1.m4s", 400, {}],
  [`GET ${segmentPath}?CMCD=bl%3D21300%2Csid%3D%22a%22`, 200, { headers: { "content-length": "50000" } }],
  // Operations.
  [
    "GET /time",
    200,
    { headers: { ...noStore, "content-type": "text/plain; charset=utf-8" }, body: "2027-01-15T08:00:00.000Z" },
  ],
  ["GET /healthz", 200, { headers: noStore, body: "ok\n" }],
  [
    "GET /metrics",
    200,
    {
      headers: {
        "cache-control": "no-store",
        "content-type": "text/plain; version=0.0.4; charset=utf-8",
        vary: "Accept-Encoding",
      },
      body: "up 1\n",
    },
  ],
  ["GET /api/channels", 200, { headers: { ...noStore, "content-type": "application/json; charset=utf-8" } }],
  [
    "GET /readyz",
    503,
    {
      headers: { ...noStore, "content-type": "application/json; charset=utf-8" },
      body: '{"ready":false,"reasons":{"starting":"no segment has been published yet"}}',
    },
  ],
  // Methods.
  ["POST /news/index.m3u8", 405, { headers: { allow: "GET, HEAD, OPTIONS", "cache-control": "no-store" } }],
  ["DELETE /", 405, { headers: { allow: "GET, HEAD, OPTIONS" } }],
  ["PROPFIND /nobody", 405, { headers: { allow: "GET, HEAD, OPTIONS" } }],
  [
    `OPTIONS ${segmentPath}`,
    204,
    {
      headers: {
        "access-control-allow-methods": "GET, HEAD, OPTIONS",
        "access-control-allow-headers":
          "CMCD-Object, CMCD-Request, CMCD-Session, CMCD-Status, Range, If-Range, If-None-Match, Last-Event-ID",
        "access-control-max-age": "86400",
      },
      body: "",
    },
  ],
];

const readable = routes.flatMap(([line]) => (line.startsWith("GET ") ? [line.slice("GET ".length)] : []));

test.for(routes)("%s -> %i", async ([line, status, { headers = {}, body }]) => {
  const [method, path] = line.split(" ") as [string, string];
  const answer = await server.send(method, path);
  expect(answer.status).toBe(status);
  expect(answer.headers).toMatchObject({
    "access-control-allow-origin": "*",
    "access-control-expose-headers":
      "CMSD-Static, CMSD-Dynamic, CMSD-MQA, Date, Content-Length, Content-Range, ETag, Retry-After",
    "x-content-type-options": "nosniff",
    date: expect.stringMatching(/GMT$/),
  });
  expect(answer.headers["x-powered-by"]).toBeUndefined();
  for (const [name, value] of Object.entries(headers)) {
    expect({ [name]: answer.headers[name] }).toEqual({ [name]: value });
  }
  if (typeof body === "string") expect(answer.body.toString()).toBe(body);
  else if (body !== undefined) expect(answer.body.toString()).toMatch(body);
  expect(server.errors).toEqual([]);
});

test.for([
  ["a channel name of 8,000 letters", `/${"a".repeat(8000)}/index.m3u8`],
  ["4,000 path elements", "/a".repeat(4000)],
  ["a segment number of 400 digits", `/news/v1/${"9".repeat(400)}.m4s`],
] as const)("%s is 404", async ([, path]) => {
  expect((await server.get(path)).status).toBe(404);
});

describe("HEAD has the headers of GET and no body", () => {
  const cases = readable.flatMap((path) => [[path, "identity"] as const, [path, "gzip"] as const]);
  test.for(cases)("%s in %s", async ([path, coding]) => {
    const headers = { "accept-encoding": coding };
    const [whole, head] = await Promise.all([server.get(path, headers), server.send("HEAD", path, headers)]);
    expect(head.status).toBe(whole.status);
    expect({ ...head.headers, date: "" }).toEqual({ ...whole.headers, date: "" });
    expect(Number(whole.headers["content-length"])).toBe(whole.body.length);
    expect(head.body.length).toBe(0);
  });
});

test("every CMSD-Static is accepted by an independent decoder and has no key in upper case", async () => {
  const answers = await Promise.all(readable.map((path) => server.get(path)));
  const headers = answers.flatMap((answer) => answer.headers["cmsd-static"] ?? []);
  expect(headers.length).toBeGreaterThanOrEqual(9);
  for (const header of headers) {
    const decoded = decodeCmsdStatic(header);
    expect(decoded.n).toBe("mqa-packager");
    for (const key of Object.keys(decoded)) expect(key).toMatch(/^[a-z0-9.-]+$/);
    expect(Object.keys(decoded)).not.toContain("org.svta.mqa");
  }
});

test("the page may load from its own host alone", async () => {
  const { headers, body } = await server.get("/");
  expect(headers["content-security-policy"]).toMatch(/^default-src 'none'; script-src 'self'; /);
  expect(headers["content-security-policy"]).not.toContain("unsafe");
  expect(body.toString()).not.toMatch(/https?:|<script>|<style| style=| on[a-z]+=/);
});

test("/api/channels gives names, states, paths and the newest segments and what the channel says of itself", async () => {
  const { body } = await server.get("/api/channels");
  const status = fakeView(() => undefined).status();
  const tracks = JSON.parse(
    JSON.stringify(
      live.tracks.map(({ track: { id, kind, language }, segments }) => ({
        ...{ id, kind, language, newest: segmentReport(segments.at(-1)!) },
        ...(kind === "video"
          ? { codec: "avc1.64001f", width: 1280, height: 720 }
          : { codec: "mp4a.40.2", channels: 2 }),
      })),
    ),
  ) as unknown;
  expect(JSON.parse(body.toString())).toEqual({
    keyPrefix: "org.svta.mqa",
    threshold: 60,
    channels: [
      { name: "news", state: "live", hls: "/news/index.m3u8", dash: "/news/manifest.mpd", tracks, status },
      {
        name: "film & more",
        state: "ended",
        hls: "/film%20%26%20more/index.m3u8",
        dash: "/film%20%26%20more/manifest.mpd",
        tracks,
        status,
      },
      {
        name: "starting",
        state: "starting",
        hls: "/starting/index.m3u8",
        dash: "/starting/manifest.mpd",
        tracks: [],
        status,
      },
    ],
  });
});
