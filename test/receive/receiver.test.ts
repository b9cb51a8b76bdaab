import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, type RequestOptions, request } from "node:http";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HttpServer } from "../../src/http/http-server.ts";
import { createReceiveApp } from "../../src/receive/create-receive-app.ts";
import { receiveLimits } from "../../src/receive/http-limits.ts";
import { type ObjectLine, Receiver } from "../../src/receive/receiver.ts";
import type { TrackReport } from "../../src/receive/tracks.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";
import { bytesOf, publishedTracks } from "./published-tracks.ts";

const tracks = publishedTracks(10);
const video = tracks.get("v1")!;
const sound = tracks.get("a1")!;
const init = Buffer.from(video[0]!.init.bytes);
const segments = video.map((segment) => Buffer.from(bytesOf(segment)));
const numbers = video.map(({ number }) => number);
const soundInit = Buffer.from(sound[0]!.init.bytes);
const soundSegment = Buffer.from(bytesOf(sound[0]!));

/** `mfhd.sequence_number` changed. */
function renumbered(bytes: Buffer<ArrayBuffer>, number: number): Buffer<ArrayBuffer> {
  const copy = Buffer.from(bytes);
  copy.writeUInt32BE(number, copy.indexOf("mfhd") + 8);
  return copy;
}

/** Without its `prft`: it is called something else. */
function withoutPrft(bytes: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> {
  const copy = Buffer.from(bytes);
  copy.write("free", copy.indexOf("prft"));
  return copy;
}

const folder = temporaryFolder();
let root: string;
let opened = 0;
let receiver: Receiver;
let server: HttpServer;
let base: string;
let lines: ObjectLine[];
let errors: unknown[];

async function open(authorization?: string): Promise<void> {
  receiver = new Receiver({
    root,
    clock: () => 1_800_000_000_000 as Milliseconds,
    onObject: (line) => lines.push(line),
    onProblem: () => {},
  });
  const app = createReceiveApp({
    receiver,
    ...(authorization !== undefined && { authorization }),
    onError: (error) => errors.push(error),
  });
  server = new HttpServer(app, receiveLimits);
  const { port } = await server.listen(0, "127.0.0.1");
  base = `http://127.0.0.1:${port}`;
}

beforeEach(async () => {
  root = join(folder, `${opened++}`, "out");
  lines = [];
  errors = [];
  await open();
});

afterEach(async () => {
  await server.close(100);
  expect(errors).toEqual([]);
});

const INGEST = { "DASH-IF-Ingest": "1.1" };

async function send(
  path: string,
  body: Uint8Array | string = "",
  headers: Record<string, string> = INGEST,
  method = "PUT",
): Promise<number> {
  const response = await fetch(base + path, { method, body: body as NonNullable<RequestInit["body"]>, headers });
  await response.text();
  return response.status;
}

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(base + path, init);

/** Problems by track, without tracks that have none. */
function problems(): Record<string, TrackReport["problems"]> {
  const reports = receiver.reports().map(({ track, problems }) => [track, problems] as const);
  return Object.fromEntries(reports.filter(([, problems]) => Object.keys(problems).length > 0));
}

/** All files and folders below the root, hidden ones too. */
function left(): readonly string[] {
  return existsSync(root) ? (readdirSync(root, { recursive: true }) as string[]).sort() : [];
}

describe("objects", () => {
  test.for(["PUT", "POST"])("sent with %s are stored and served, named by path or by content", async (method) => {
    const first = numbers[0]!;
    for (const path of ["/x/v1/init.cmfv", "/s/Streams(v1.cmfv)"])
      expect(await send(path, init, INGEST, method)).toBe(200);
    for (const path of [`/x/v1/${first}.cmfv`, "/s/Streams(v1.cmfv)"])
      expect(await send(path, segments[0]!, INGEST, method)).toBe(200);
    for (const place of ["x", "s"]) {
      expect(readFileSync(join(root, place, `v1/${first}.cmfv`)).equals(segments[0]!)).toBe(true);
      const response = await get(`/${place}/v1/init.cmfv`);
      expect(response.headers.get("content-type")).toBe("video/mp4");
      expect(response.headers.get("content-length")).toBe(`${init.length}`);
      expect(response.headers.get("access-control-allow-origin")).toBe("*");
      expect(response.headers.get("access-control-expose-headers")).toContain("CMSD-Static");
      expect(Buffer.from(await response.arrayBuffer()).equals(init)).toBe(true);
    }
    expect(problems()).toEqual({});
    expect(lines.at(-1)).toEqual({
      path: `s/v1/${first}.cmfv`,
      bytes: segments[0]!.length,
      status: 200,
      number: first,
    });
    const report = (await (await get("/api/tracks")).json()) as unknown;
    expect(report).toEqual({
      tracks: ["x/v1.cmfv", "s/v1.cmfv"].map((track) => ({
        ...{ track, init: true, objects: 2, bytes: init.length + segments[0]!.length },
        ...{ newest: first, problems: {}, last: "2027-01-15T08:00:00.000Z" },
      })),
    });
    expect(await (await get("/")).text()).toContain(`newest ${first}`);
  });

  test("come in pieces of any size", async () => {
    await send("/v1/init.cmfv", init);
    const pieces = segments[0]!;
    async function* body(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < pieces.length; at += 50_000) yield pieces.subarray(at, at + 50_000);
    }
    const chunked = { method: "PUT", body: body(), headers: INGEST, duplex: "half" } as unknown as RequestInit;
    expect((await get("/v1/1.cmfv", chunked)).status).toBe(200);
    expect(readFileSync(join(root, "v1/1.cmfv")).equals(pieces)).toBe(true);
  });

  test("are served in part, and to those who have them not again", async () => {
    await send("/x/manifest.mpd", "<MPD/>");
    const response = await get("/x/manifest.mpd");
    expect([await response.text(), response.headers.get("content-type")]).toEqual(["<MPD/>", "application/dash+xml"]);
    const range = await get("/x/manifest.mpd", { headers: { Range: "bytes=1-3" } });
    expect([range.status, await range.text()]).toEqual([206, "MPD"]);
    const etag = response.headers.get("etag")!;
    await send("/x/manifest.mpd", "<MPD/>");
    // The built-in fetch asks for a fresh answer with conditions.
    const again = await raw({ method: "GET", path: "/x/manifest.mpd", headers: { "If-None-Match": etag } });
    expect([etag.length, again.status]).toEqual([66, 304]);
    const head = await get("/x/manifest.mpd", { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "6"]);
  });

  test("are removed with the folders they leave empty", async () => {
    await send("/x/y/manifest.mpd", "<MPD/>");
    await send("/x/z/manifest.mpd", "<MPD/>");
    expect(await send("/x/y/manifest.mpd", undefined, {}, "DELETE")).toBe(200);
    expect(left()).toEqual(["x", "x/z", "x/z/.manifest.mpd.json", "x/z/manifest.mpd"]);
    expect(await send("/x/y/manifest.mpd", undefined, {}, "DELETE")).toBe(404);
    expect(await send("/x/z/", undefined, {}, "DELETE")).toBe(404);
    expect(await send("/x/z/manifest.mpd", undefined, {}, "DELETE")).toBe(200);
    expect(left()).toEqual([]);
    expect(existsSync(root)).toBe(true);
  });
});

describe("answers", () => {
  test.for<[what: string, path: string, status: number, code: string | undefined, body: Uint8Array | string]>([
    ["a probe of a folder", "/x/", 200, undefined, ""],
    ["a probe of a publishing point", "/x/news.isml", 200, undefined, ""],
    ["a probe of a track", "/x/Streams(v1.cmfv)", 200, undefined, ""],
    ["a body to a folder", "/x/", 415, undefined, "something"],
    ["another extension", "/x/1.ts", 415, undefined, "something"],
    ["a hidden file", "/x/.1.cmfv", 403, undefined, init],
    ["a path out of the folder", "/x/%2e%2e%2f1.cmfv", 403, undefined, init],
    ["media before its init segment", "/x/v1/1.cmfv", 412, "init-missing", segments[0]!],
    ["the same in one URL for a track", "/x/Streams(v1.cmfv)", 412, "init-missing", segments[0]!],
    ["an init segment that is none", "/x/v1/init.cmfv", 412, "init-unreadable", segments[0]!],
    [
      "an init segment without tracks",
      "/x/v1/1.cmfv",
      412,
      "init-unreadable",
      Buffer.from("00000008" + "6d6f6f76", "hex"),
    ],
    ["an empty object", "/x/v1/1.cmfv", 400, "media-unreadable", ""],
    ["text as media", "/x/v1/1.cmfv", 400, "media-unreadable", "<html></html>"],
    ["media cut off", "/x/v1/1.cmfv", 400, "media-unreadable", segments[0]!.subarray(0, -1)],
  ])("%s: %s, %i", async ([, path, status, code, body]) => {
    expect(await send(path, body)).toBe(status);
    expect(problems()).toEqual(code === undefined ? {} : { "x/v1.cmfv": { [code]: 1 } });
    expect(left()).toEqual([]);
  });

  test.for([
    ["GET", "/x/1.mpd", 404],
    ["GET", "/x/", 404],
    ["GET", "/x/.1.mpd.json", 403],
    ["PATCH", "/x/1.mpd", 405],
    ["OPTIONS", "/x/1.mpd", 204],
  ] as const)("%s %s: %i", async ([method, path, status]) => {
    expect((await get(path, { method })).status).toBe(status);
  });

  test("what lies beside an object is never served, and what is in the way is not overwritten", async () => {
    await send("/x/1.mpd", "<MPD/>");
    expect(left()).toContain("x/.1.mpd.json");
    expect(await send("/x/1.mpd/2.mpd", "<MPD/>")).toBe(403);
    mkdirSync(join(root, "x/3.mpd"));
    expect(await send("/x/3.mpd", "<MPD/>")).toBe(403);
    expect((await get("/x/3.mpd")).status).toBe(404);
    expect((await get("/x/1.mpd/2.mpd")).status).toBe(404);
    expect(left()).toEqual(["x", "x/.1.mpd.json", "x/1.mpd", "x/3.mpd"]);
  });

  test("a compressed body is refused, as is one that is too large before it is read", async () => {
    expect(await send("/x/1.mpd", "x", { "Content-Encoding": "gzip" })).toBe(415);
    const { status } = await raw({ path: "/x/v1/1.cmfv", headers: { "Content-Length": 200 * 1024 * 1024 + 1 } });
    expect(status).toBe(413);
    expect(problems()).toEqual({ "x/v1.cmfv": { "too-large": 1 } });
  });
});

/** A request that begins and never ends; what it is answered with. */
function raw(options: RequestOptions): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(base);
    const sent = request({ host: "127.0.0.1", port, method: "PUT", ...options }, (response) => {
      resolve({ status: response.statusCode!, headers: response.headers });
      sent.destroy();
    });
    sent.on("error", reject);
    sent.flushHeaders();
  });
}

test("a broken request leaves nothing behind and replaces nothing", async () => {
  await send("/x/v1/init.cmfv", init);
  await send("/x/v1/1.cmfv", segments[0]!);
  const before = left();
  for (const path of ["/x/v1/1.cmfv", "/x/v2/1.cmfv"]) {
    const { port } = new URL(base);
    const headers = { "Content-Length": segments[1]!.length };
    const sent = request({ host: "127.0.0.1", port, method: "PUT", path, headers });
    sent.on("error", () => {});
    sent.write(segments[1]!.subarray(0, 100_000));
    await until("the request to begin", () => left().some((name) => name.includes(".upload")));
    expect((await get("/x/v1/1.cmfv")).status).toBe(200);
    sent.destroy();
    await until("the request to be given up", () => !left().some((name) => name.includes(".upload")));
  }
  expect(left()).toEqual(before);
  expect(readFileSync(join(root, "x/v1/1.cmfv")).equals(segments[0]!)).toBe(true);
  expect(problems()).toEqual({ "x/v1.cmfv": { "request-broken": 1 }, "x/v2.cmfv": { "request-broken": 1 } });
});

test("a broken request to no object is nobody's fault", async () => {
  const { port } = new URL(base);
  const sent = request({ host: "127.0.0.1", port, method: "PUT", path: "/x/", headers: { "Content-Length": 9 } });
  sent.on("error", () => {});
  sent.flushHeaders();
  await until("a connection", () => sent.socket?.connecting === false);
  sent.destroy();
  expect(await send("/x/")).toBe(200);
});

describe("of a track", () => {
  beforeEach(async () => {
    await send("/x/v1/init.cmfv", init);
  });

  const segment = (n: number, headers?: Record<string, string>, bytes = segments[n]!): Promise<number> =>
    send(`/x/v1/${numbers[n]!}.cmfv`, bytes, headers);

  const found = (): TrackReport["problems"] => problems()["x/v1.cmfv"] ?? {};

  test("segments in order are without fault, and repetitions are counted", async () => {
    for (const n of [0, 1, 2, 3]) expect(await segment(n)).toBe(200);
    expect(found()).toEqual({});
    for (const n of [0, 3]) expect(await segment(n)).toBe(200);
    await send("/x/v1/init.cmfv", init);
    expect(found()).toEqual({ repeated: 3 });
    expect(receiver.reports()[0]).toMatchObject({ newest: numbers[3]!, objects: 8 });
  });

  test("a hole is told and filled", async () => {
    for (const n of [0, 3, 2, 1]) expect(await segment(n)).toBe(200);
    expect(found()).toEqual({ "number-not-next": 1, "back-filled": 2 });
  });

  test("what comes again with other bytes replaces", async () => {
    await segment(0);
    await segment(0, INGEST, withoutPrft(segments[0]!));
    expect(found()).toEqual({ changed: 1, "prft-missing": 1 });
    expect(readFileSync(join(root, `x/v1/${numbers[0]!}.cmfv`)).includes("prft")).toBe(false);
  });

  test("time that does not follow is told", async () => {
    await segment(0);
    await send("/x/v1/9001.cmfv", renumbered(segments[2]!, numbers[1]!));
    await send("/x/v1/9002.cmfv", renumbered(segments[0]!, numbers[2]!));
    expect(found()).toEqual({ "time-not-next": 1, "time-back": 1 });
  });

  test("headers that are missing or wrong are told", async () => {
    await segment(0, {});
    await segment(1, { ...INGEST, "CMCD-Object": "ot=a, br=5", "CMCD-Session": "v=2;;" });
    expect(found()).toEqual({
      ...{ "ingest-header-missing": 1, "cmcd-malformed": 1, "cmcd-order": 1, "cmcd-object-type": 1 },
    });
  });

  test("several tracks may lie in one folder, and each needs its init segment", async () => {
    expect(await send("/f/init-stream0.m4s", init)).toBe(200);
    expect(await send("/f/init-stream1.m4s", soundInit)).toBe(200);
    expect(await send("/f/chunk-stream0-00001.m4s", segments[0]!)).toBe(200);
    expect(await send("/f/chunk-stream1-00001.m4s", soundSegment, { ...INGEST, "CMCD-Object": "ot=a" })).toBe(200);
    expect(await send("/f/chunk-stream2-00001.m4s", segments[0]!)).toBe(412);
    expect(problems()).toEqual({ "f/stream2": { "init-missing": 1 } });
    expect(await send("/f/init-stream1.m4s", undefined, {}, "DELETE")).toBe(200);
  });

  test("the only init segment of a folder is that of all that lies there, whatever it is called", async () => {
    expect(await send("/h/init.mp4", init)).toBe(200);
    expect(await send("/h/out1.m4s", segments[0]!)).toBe(200);
    expect(problems()).toEqual({});
  });
});

test.for<[inits: readonly [video: string, sound: string], video: string, sound: string]>([
  [["init-stream0.m4s", "init-stream1.m4s"], "chunk-stream0-00001.m4s", "chunk-stream1-00001.m4s"],
  [["init_0.mp4", "init_1.mp4"], "out_0_1.m4s", "out_1_1.m4s"],
  [["video_init.mp4", "audio_init.mp4"], "video_1.m4s", "audio_1.m4s"],
  [["init.cmfv", "init.cmfa"], "1.cmfv", "1.cmfa"],
  [["init.mp4", "init-sound.mp4"], "1.m4s", "sound-1.m4s"],
  [["v1.init", "a1.init"], "v1-1.cmfv", "a1-1.cmfa"],
])("each segment finds its init segment among %j", async ([inits, ofVideo, ofSound]) => {
  expect(await send(`/x/${inits[0]}`, init)).toBe(200);
  expect(await send(`/x/${inits[1]}`, soundInit)).toBe(200);
  // A wrong one would make the type of the object wrong.
  expect(await send(`/x/${ofVideo}`, segments[0]!, { ...INGEST, "CMCD-Object": "ot=v" })).toBe(200);
  expect(await send(`/x/${ofSound}`, soundSegment, { ...INGEST, "CMCD-Object": "ot=a" })).toBe(200);
  expect(problems()).toEqual({});
});

const CMCD = {
  "CMCD-Object": 'br=(1451;v), d=1920, org.svta.mqa-psnr="47.39", org.svta.mqa-video="98", ot=v',
  "CMCD-Session": 'cid="news", sf=d, sid="x", st=l, v=2',
};
const CMSD = 'br=1451, d=1920, n="mqa-packager", org.svta.mqa-psnr=47.39, org.svta.mqa-video=98, ot=v, st=l';

test("the quality that came with a segment is served with it, after a start anew as well", async () => {
  await send("/x/v1/init.cmfv", init, { ...INGEST, "CMCD-Object": "ot=i", "CMCD-Session": "st=l, v=2" });
  await send("/x/v1/1.cmfv", segments[0]!, { ...INGEST, ...CMCD });
  expect(receiver.reports()).toMatchObject([{ score: 98, problems: {} }]);
  expect(lines.at(-1)).toMatchObject({ score: 98 });
  const served = async (): Promise<unknown> => {
    const paths = ["/x/v1/init.cmfv", "/x/v1/1.cmfv"];
    return Promise.all(paths.map(async (path) => (await get(path, { method: "HEAD" })).headers.get("cmsd-static")));
  };
  const expected = ['n="mqa-packager", ot=i, st=l', CMSD];
  expect(await served()).toEqual(expected);
  await server.close(100);
  await open();
  expect(await served()).toEqual(expected);
  // The init segment is still there, as some senders send it only once.
  expect(await send("/x/v1/2.cmfv", segments[1]!)).toBe(200);
  expect((await get("/x/v1/2.cmfv")).headers.get("cmsd-static")).toBeNull();
  writeFileSync(join(root, "x/v1/.1.cmfv.json"), `{"sha256":"${"0".repeat(64)}","cmsdStatic":"a\\r\\nSet-Cookie: b"}`);
  expect((await get("/x/v1/1.cmfv")).headers.get("cmsd-static")).toBeNull();
  writeFileSync(join(root, "x/v1/.1.cmfv.json"), "{");
  expect((await get("/x/v1/1.cmfv")).status).toBe(200);
});

test("an init segment that was damaged on the disk has to come again", async () => {
  await send("/x/v1/init.cmfv", init);
  await server.close(100);
  writeFileSync(join(root, "x/v1/init.cmfv"), "something else");
  await open();
  expect(await send("/x/v1/1.cmfv", segments[0]!)).toBe(412);
  expect(await send("/x/v1/init.cmfv", init)).toBe(200);
  expect(await send("/x/v1/1.cmfv", segments[0]!)).toBe(200);
});

test("credentials are asked of everyone", async () => {
  await server.close(100);
  await open("Basic dTpw");
  const refused = await get("/api/tracks");
  expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([
    401,
    'Basic realm="mqa-packager receive"',
  ]);
  expect(await send("/x/1.mpd", "<MPD/>", { Authorization: "Basic dTpx" })).toBe(401);
  expect(await send("/x/1.mpd", "<MPD/>", { Authorization: "Basic dTpw" })).toBe(200);
  expect(left()).toEqual(["x", "x/.1.mpd.json", "x/1.mpd"]);
});

test("tracks are bounded", { timeout: 60_000 }, async () => {
  for (let i = 0; i < 1000; i++) await send(`/x/${i}.mpd`, "x");
  expect(await send("/x/1000.mpd", "x")).toBe(403);
  expect(await send("/x/7.mpd", "y")).toBe(200);
  expect(receiver.reports()).toHaveLength(1000);
  expect((await get("/x/1000.mpd")).status).toBe(404);
});
