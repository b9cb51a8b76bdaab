import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ChannelSnapshot } from "../../src/store/segment.ts";
import { fakeSnapshot, fakeView, LAST_NUMBER, qualityRecord, segment, videoInit } from "./fake-channel.ts";
import { TestServer } from "./test-server.ts";

const live = fakeSnapshot();
let current: ChannelSnapshot = live;
const server = new TestServer(new Map([["news", fakeView(() => current)]]));
const segmentPath = `/news/v1/${LAST_NUMBER}.m4s`;
const { body, size } = live.tracks[0]!.segments.at(-1)!;
const bytes = Buffer.concat(body);
const etag = `"${videoInit.id}-${LAST_NUMBER}-${size}"`;

beforeAll(() => server.listen());
afterAll(() => server.close());

describe("ranges", () => {
  test("any range is the slice of the whole body, also across its parts", async () => {
    const cuts = [0, 1, 23, 24, 25, (size >> 1) - 1, size >> 1, (size >> 1) + 1, size - 1];
    const position = fc.oneof(fc.constantFrom(...cuts), fc.nat(size - 1));
    await fc.assert(
      fc.asyncProperty(position, position, fc.boolean(), async (a, b, open) => {
        const [start, last] = [Math.min(a, b), open ? size - 1 : Math.max(a, b)];
        const answer = await server.get(segmentPath, { range: `bytes=${start}-${open ? "" : last}` });
        expect(answer.status).toBe(206);
        expect(answer.headers["content-range"]).toBe(`bytes ${start}-${last}/${size}`);
        expect(answer.headers["content-length"]).toBe(String(last - start + 1));
        expect(answer.body.equals(bytes.subarray(start, last + 1))).toBe(true);
      }),
    );
  });

  test("a suffix is the end of the body", async () => {
    const answer = await server.get(segmentPath, { range: "bytes=-100" });
    expect(answer.headers["content-range"]).toBe(`bytes ${size - 100}-${size - 1}/${size}`);
    expect(answer.body.equals(bytes.subarray(size - 100))).toBe(true);
  });

  test("a range keeps what the whole response says of the object", async () => {
    const [whole, part] = await Promise.all([
      server.get(segmentPath),
      server.get(segmentPath, { range: "bytes=0-9", "if-range": etag }),
    ]);
    expect(part.status).toBe(206);
    for (const name of ["cmsd-static", "etag", "cache-control", "content-type", "accept-ranges"]) {
      expect({ [name]: part.headers[name] }).toEqual({ [name]: whole.headers[name] });
    }
  });

  test("an init segment has ranges too", async () => {
    const answer = await server.get(`/news/v1/init-${videoInit.id}.mp4`, { range: "bytes=1-3" });
    expect([...answer.body]).toEqual([13, 26, 39]);
  });

  test("a range outside the body is 416 with the size, and not kept by caches", async () => {
    const answer = await server.get(segmentPath, { range: `bytes=${size}-` });
    expect(answer.status).toBe(416);
    expect(answer.headers).toMatchObject({
      "content-range": `bytes */${size}`,
      "content-length": "0",
      "cache-control": "no-store",
    });
    expect(answer.headers["cmsd-static"]).toBeUndefined();
  });

  test.for([
    ["several ranges", { range: "bytes=0-1,4-5" }],
    ["a malformed range", { range: "bytes=9-1" }],
    ["an If-Range tag that has changed", { range: "bytes=0-1", "if-range": '"other"' }],
    ["a weak If-Range tag", { range: "bytes=0-1", "if-range": `W/${etag}` }],
    ["an If-Range date", { range: "bytes=0-1", "if-range": "Sat, 01 Jan 2028 00:00:00 GMT" }],
  ] as const)("%s gets the whole body", async ([, headers]) => {
    const answer = await server.get(segmentPath, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers["content-range"]).toBeUndefined();
    expect(answer.body.equals(bytes)).toBe(true);
  });

  test("HEAD ignores a range", async () => {
    const answer = await server.send("HEAD", segmentPath, { range: "bytes=0-9" });
    expect(answer.status).toBe(200);
    expect(answer.headers["content-length"]).toBe(String(size));
  });

  test("a manifest has none", async () => {
    const answer = await server.get("/news/index.m3u8", { range: "bytes=0-1" });
    expect(answer.status).toBe(200);
    expect(answer.headers["accept-ranges"]).toBeUndefined();
  });
});

describe("conditions", () => {
  test.for([etag, `W/${etag}`, `"a", ${etag}`, "*"])("If-None-Match: %s gets 304 with its CMSD", async (tag) => {
    for (const method of ["GET", "HEAD"]) {
      const answer = await server.send(method, segmentPath, { "if-none-match": tag, range: "bytes=0-9" });
      expect(answer.status).toBe(304);
      expect(answer.body.length).toBe(0);
      expect(answer.headers).toMatchObject({ etag, "cache-control": "public, max-age=60, immutable" });
      expect(answer.headers["cmsd-static"]).toContain("org.svta.mqa-video=54");
      expect(answer.headers["content-type"]).toBeUndefined();
    }
  });

  test.for(['"other"', `"${"x".repeat(5000)}"`, etag.replaceAll('"', ""), ",,,"])(
    "If-None-Match: %s gets the segment",
    async (tag) => {
      expect((await server.get(segmentPath, { "if-none-match": tag })).status).toBe(200);
    },
  );

  test.for(["/", "/page/hls.min.js", "/news/index.m3u8", "/news/manifest.mpd", "/news/v1/index.m3u8"])(
    "%s is not sent again, in either coding, while it has not changed",
    async (path) => {
      for (const coding of ["identity", "gzip"]) {
        const first = await server.get(path, { "accept-encoding": coding });
        const again = await server.get(path, { "accept-encoding": coding, "if-none-match": first.headers.etag! });
        expect(again.status).toBe(304);
        expect(again.headers.vary).toBe("Accept-Encoding");
        expect(again.headers["cmsd-static"]).toBe(first.headers["cmsd-static"]);
      }
    },
  );
});

describe("manifests", () => {
  test.for(["/news/index.m3u8", "/news/manifest.mpd", "/news/v1/index.m3u8", "/page/hls.min.js"])(
    "%s is the same text plain and compressed, with a tag for each",
    async (path) => {
      const [plain, gzipped] = await Promise.all([
        server.get(path),
        server.get(path, { "accept-encoding": "br, gzip, deflate" }),
      ]);
      expect(plain.headers["content-encoding"]).toBeUndefined();
      expect(gzipped.headers["content-encoding"]).toBe("gzip");
      expect(gzipped.body.length).toBeLessThan(plain.body.length);
      expect(gunzipSync(gzipped.body).equals(plain.body)).toBe(true);
      expect(gzipped.headers.etag).not.toBe(plain.headers.etag);
    },
  );

  test.for(["gzip;q=0", "identity", "br", "identity;q=1, gzip;q=0.5", ""])(
    "are plain for Accept-Encoding: %s",
    async (coding) => {
      const answer = await server.get("/news/manifest.mpd", { "accept-encoding": coding });
      expect(answer.headers["content-encoding"]).toBeUndefined();
      expect(answer.headers.vary).toBe("Accept-Encoding");
    },
  );

  test("an MPD keeps the publish time of its version until the next one", async () => {
    const publishTime = async (): Promise<string | undefined> =>
      / publishTime="([^"]*)"/.exec((await server.get("/news/manifest.mpd")).body.toString())?.[1];
    current = fakeSnapshot({ version: 2 });
    const first = await publishTime();
    server.now = (server.now + 500) as typeof server.now;
    expect(await publishTime()).toBe(first);
    current = fakeSnapshot({ version: 3 });
    server.now = (server.now + 500) as typeof server.now;
    expect(Date.parse((await publishTime())!) - Date.parse(first!)).toBe(1000);
  });

  test("a new segment appears in the playlist of the next version", async () => {
    const { tracks } = live;
    const next = segment(videoInit, LAST_NUMBER + 1, 1000, qualityRecord({}));
    const [video, audio] = [tracks[0]!, tracks[1]!];
    const before = (await server.get("/news/v1/index.m3u8")).headers.etag;
    current = fakeSnapshot({ version: 4, tracks: [{ ...video, segments: [...video.segments, next] }, audio] });
    const after = await server.get("/news/v1/index.m3u8", { "if-none-match": before! });
    expect(after.status).toBe(200);
    expect(after.body.toString()).toContain(`${LAST_NUMBER + 1}.m4s`);
    expect((await server.get(`/news/v1/${LAST_NUMBER + 1}.m4s`)).body.length).toBe(1000);
  });
});
