import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { segmentReport } from "../../src/quality/segment-report.ts";
import { FIRST_NUMBER, fakeSnapshot, fakeView, LAST_NUMBER } from "./fake-channel.ts";
import { TestServer } from "./test-server.ts";

const live = fakeSnapshot();
const [v1] = live.tracks;
const holed = fakeSnapshot({
  tracks: [{ ...v1!, segments: v1!.segments.filter(({ number }) => number !== FIRST_NUMBER + 2) }],
});
let changing = live;

const server = new TestServer(
  new Map([
    ["news", fakeView(() => live)],
    ["film", fakeView(() => fakeSnapshot({ ended: true }))],
    ["holed", fakeView(() => holed)],
    ["changing", fakeView(() => changing)],
    ["starting", fakeView(() => undefined)],
  ]),
);

beforeAll(() => server.listen());
afterAll(() => server.close());

type Body = { readonly records: readonly { readonly number: number }[]; readonly missing: readonly unknown[] };

async function body(path: string): Promise<Body> {
  const answer = await server.get(path);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.body.toString()) as Body;
}

test("tells all that is in the window, each segment as segmentReport has it", async () => {
  expect(await body("/news/v1/quality.json")).toEqual({
    channel: "news",
    track: "v1",
    kind: "video",
    segmentSeconds: 1.92,
    records: v1!.segments.map((segment) => JSON.parse(JSON.stringify(segmentReport(segment))) as unknown),
    missing: [],
  });
  expect(await body("/news/a1/quality.json")).toMatchObject({ track: "a1", kind: "audio" });
});

const start = new Date(v1!.segments[1]!.start / 90).toISOString();
const zoned = new Date(v1!.segments[1]!.start / 90 + 3_600_000).toISOString().replace("Z", "%2B01:00");

test.for<[query: string, first: number, last: number]>([
  [`from=${FIRST_NUMBER + 1}`, 1, 4],
  [`to=${FIRST_NUMBER + 1}`, 0, 1],
  [`from=${FIRST_NUMBER + 1}&to=${FIRST_NUMBER + 3}`, 1, 3],
  [`to=${FIRST_NUMBER + 3}&from=${FIRST_NUMBER + 1}`, 1, 3],
  [`from=${start}`, 1, 4],
  [`from=${encodeURIComponent(start)}&to=${start}`, 1, 1],
  [`to=${zoned}`, 0, 1],
  ["from=1970-01-01", 0, 4],
  ["last=2", 3, 4],
  ["last=1000", 0, 4],
  ["", 0, 4],
])("?%s: segments %i to %i of the window", async ([query, first, last]) => {
  const { records } = await body(`/news/v1/quality.json?${query}`);
  expect(records.map(({ number }) => number - FIRST_NUMBER)).toEqual(
    [0, 1, 2, 3, 4].filter((n) => n >= first && n <= last),
  );
});

const refused: [query: string, sentence: string][] = [
  ["from=", 'from is ""; it must be a segment number, a date, or an ISO 8601 time'],
  ["from=-1", 'from is "-1"; it must be'],
  ["from=1.5", 'from is "1.5"; it must be'],
  ["from=007", 'from is "007"; it must be'],
  ["from=9007199254740993", 'from is "9007199254740993"; it must be'],
  ["from=yesterday", 'from is "yesterday"; it must be'],
  ["from=2026-02-30", 'from is "2026-02-30"; it must be'],
  ["from=2026-01-01T12:00:00", 'from is "2026-01-01T12:00:00"; it must be'],
  ["from=2026-01-01T12:00:00+01:00", "(a + is written %2B)"],
  ["to=%00%0a", 'to is "\\u0000\\n"; it must be'],
  [`to=${"9".repeat(5000)}`, `to is "${"9".repeat(40)}…"; it must be`],
  ["from=1&from=2", "from is given more than once."],
  ["last=0", 'last is "0"; it must be a number of segments from 1 to 1000.'],
  ["last=1001", 'last is "1001"; it must be'],
  ["last=1e2", 'last is "1e2"; it must be'],
  ["last=5&from=1", "last stands alone; it cannot be given with from or to."],
  ["form=1", 'There is no parameter "form"; there are from, to, last.'],
  ["__proto__=1", 'There is no parameter "__proto__"; there are'],
  ["from=1?to=2", 'from is "1?to=2"; it must be'],
];

test.for(refused)("?%s is refused", async ([query, sentence]) => {
  const { status, headers, body } = await server.get(`/news/v1/quality.json?${query}`);
  expect(status).toBe(400);
  expect(headers).toMatchObject({ "cache-control": "no-store", "content-type": "text/plain; charset=utf-8" });
  expect(body.toString()).toContain(sentence);
  expect(body.toString()).toMatch(/^[^\n]+\.\n$/);
  expect(server.errors).toEqual([]);
});

test.for([
  "/nobody/v1/quality.json",
  "/starting/v1/quality.json",
  "/news/v9/quality.json",
  "/news/quality.json",
  "/news/v9/quality.json?form=1",
])("%s is 404", async (path) => {
  expect((await server.get(path)).status).toBe(404);
});

test("a number that is missing is told", async () => {
  const { records, missing } = await body("/holed/v1/quality.json");
  expect(records.length).toBe(4);
  expect(missing).toEqual([{ from: FIRST_NUMBER + 2, to: FIRST_NUMBER + 2 }]);
  expect((await body(`/holed/v1/quality.json?from=${LAST_NUMBER}`)).missing).toEqual([]);
});

describe("is served as playlists are", () => {
  test.for([
    ["/news/v1/quality.json", "public, max-age=1"],
    ["/news/v1/quality.json?last=1", "public, max-age=1"],
    ["/film/v1/quality.json", "public, max-age=3600"],
  ])("%s", async ([path, cacheControl]) => {
    const { headers } = await server.get(path!);
    expect(headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "cache-control": cacheControl,
      vary: "Accept-Encoding",
      "access-control-allow-origin": "*",
      etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    });
    expect(headers["cmsd-static"]).toBeUndefined();
  });

  test("compressed, with a tag of its own, and not again for who has it", async () => {
    const path = "/news/v1/quality.json?last=3";
    const plain = await server.get(path);
    const compressed = await server.get(path, { "accept-encoding": "gzip" });
    expect(compressed.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(compressed.body)).toEqual(plain.body);
    expect(compressed.headers.etag).not.toBe(plain.headers.etag);
    expect((await server.get(path, { "if-none-match": plain.headers.etag! })).status).toBe(304);
    const other = await server.get("/news/v1/quality.json?last=2", { "if-none-match": plain.headers.etag! });
    expect(other.status).toBe(200);
  });

  test("HEAD has the headers of GET and no body", async () => {
    const path = `/news/v1/quality.json?from=${LAST_NUMBER}`;
    const [whole, head] = await Promise.all([server.get(path), server.send("HEAD", path)]);
    expect({ ...head.headers, date: "" }).toEqual({ ...whole.headers, date: "" });
    expect(head.body.length).toBe(0);
    expect((await server.send("HEAD", `${path}&x=1`)).status).toBe(400);
  });

  test("anew once the channel has changed", async () => {
    expect((await body("/changing/v1/quality.json")).records.length).toBe(5);
    changing = holed;
    expect((await body("/changing/v1/quality.json")).records.length).toBe(4);
  });
});
