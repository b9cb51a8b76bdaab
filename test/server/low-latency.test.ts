import { request as httpRequest, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { decodeCmsdStatic } from "@svta/cml-cmsd";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ChannelView } from "../../src/server/channel-view.ts";
import { MAX_WAITERS } from "../../src/server/waiters.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { FIRST, LowLatencyChannel } from "../store/low-latency-channel.ts";
import { until } from "../support/until.ts";
import { fakeSnapshot, fakeView, LAST_NUMBER } from "./fake-channel.ts";
import { type Answer, TestServer } from "./test-server.ts";

/** The last whole segment, and the one that is being made, with two parts at the beginning of each test. */
const WHOLE = FIRST + 12;
const OPEN = WHOLE + 1;

let channel: LowLatencyChannel;
let server: TestServer;

beforeEach(async () => {
  channel = new LowLatencyChannel(20_000 as Milliseconds);
  channel.segments(FIRST, WHOLE);
  channel.parts(OPEN, 0);
  channel.parts(OPEN, 1);
  const view: ChannelView = { store: channel.store, closing: new AbortController().signal, status: () => ({}) };
  server = new TestServer(
    new Map([
      ["news", view],
      ["plain", fakeView(() => fakeSnapshot())],
    ]),
  );
  await server.listen();
});

afterEach(() => server.close());

/** What happens one after the other after the beginning. */
const steps: readonly (() => void)[] = [
  () => channel.parts(OPEN, 2),
  () => channel.parts(OPEN, 3),
  () => whole(OPEN),
  ...[0, 1, 2, 3].map((index) => () => channel.parts(OPEN + 1, index)),
  () => whole(OPEN + 1),
  ...[0, 1, 2, 3].map((index) => () => channel.parts(OPEN + 2, index)),
  () => whole(OPEN + 2),
];

function whole(number: number): void {
  channel.whole("v1", number);
  channel.whole("a1", number);
}

/** Takes step by step until a request is answered. @returns The answer, and after which step it came. */
async function stepUntil(answer: Promise<Answer>): Promise<{ readonly answer: Answer; readonly step: number }> {
  await until("the request to be held", async () => server.waiters.count === 1, 2000);
  for (const [step, take] of steps.entries()) {
    take();
    if (server.waiters.count === 0) return { answer: await answer, step };
  }
  throw new Error("it was never answered");
}

const PLAYLIST = "/news/v1/index.m3u8";
const blocking = "public, max-age=12";
const plain = "public, max-age=1";

describe("a playlist", () => {
  test.for<[query: string, cacheControl: string]>([
    ["", plain],
    ["?_HLS_skip=YES", plain],
    ["?other=1", plain],
    ["?_HLS_msn=0", blocking],
    [`?_HLS_msn=${FIRST - 1}`, blocking],
    [`?_HLS_msn=${WHOLE}`, blocking],
    [`?_HLS_msn=${FIRST}&_HLS_part=99`, blocking],
    [`?_HLS_msn=${WHOLE}&_HLS_part=3`, blocking],
    [`?_HLS_msn=${WHOLE}&_HLS_part=4`, blocking],
    [`?_HLS_msn=${OPEN}&_HLS_part=0`, blocking],
    [`?_HLS_msn=${OPEN}&_HLS_part=1`, blocking],
    [`?_HLS_msn=${OPEN}&_HLS_part=1&_HLS_skip=YES`, blocking],
  ])("with %s is sent at once", async ([query, cacheControl]) => {
    const { status, headers, body } = await server.get(`${PLAYLIST}${query}`);
    expect([status, headers["cache-control"]]).toEqual([200, cacheControl]);
    expect(body.toString()).toContain(`URI="${OPEN}.1.m4s"`);
    expect(decodeCmsdStatic(headers["cmsd-static"] as string)).not.toHaveProperty("ht");
  });

  test.for<[query: string, step: number, holds: string]>([
    [`_HLS_msn=${OPEN}`, 2, `\n${OPEN}.m4s`],
    [`_HLS_msn=${OPEN + 1}`, 7, `\n${OPEN + 1}.m4s`],
    [`_HLS_msn=${OPEN + 2}`, 12, `\n${OPEN + 2}.m4s`],
    [`_HLS_msn=${OPEN}&_HLS_part=2`, 0, `URI="${OPEN}.2.m4s"`],
    [`_HLS_msn=${OPEN}&_HLS_part=3`, 1, `URI="${OPEN}.3.m4s"`],
    // Past the last part of a segment: the first of the next.
    [`_HLS_msn=${OPEN}&_HLS_part=4`, 3, `URI="${OPEN + 1}.0.m4s"`],
    [`_HLS_msn=${OPEN}&_HLS_part=7`, 3, `URI="${OPEN + 1}.0.m4s"`],
    [`_HLS_msn=${OPEN + 1}&_HLS_part=0`, 3, `URI="${OPEN + 1}.0.m4s"`],
    [`_HLS_msn=${OPEN + 1}&_HLS_part=6`, 8, `URI="${OPEN + 2}.0.m4s"`],
    [`_HLS_msn=${OPEN + 1}&_HLS_part=3&_HLS_skip=YES`, 6, `URI="${OPEN + 1}.3.m4s"`],
  ])("with %s waits until then, no longer", async ([query, step, holds]) => {
    const asked = server.get(`${PLAYLIST}?${query}`);
    const { answer, step: answeredAfter } = await stepUntil(asked);
    expect(answeredAfter).toBe(step);
    expect([answer.status, answer.headers["cache-control"]]).toEqual([200, blocking]);
    expect(answer.body.toString()).toContain(holds);
    expect(answer.body.toString().includes("#EXT-X-SKIP:")).toBe(query.includes("skip"));
    expect(decodeCmsdStatic(answer.headers["cmsd-static"] as string)).toHaveProperty("ht");
  });

  test.for<[query: string, message: string]>([
    ["_HLS_part=1", "_HLS_part needs _HLS_msn."],
    [`_HLS_msn=${OPEN + 3}`, `_HLS_msn is ${OPEN + 3}, more than 2 after the last segment, ${OPEN}.`],
    [`_HLS_msn=${OPEN}&_HLS_part=8`, "_HLS_part is 8, more than 6 parts ahead."],
    [`_HLS_msn=${OPEN + 1}&_HLS_part=7`, "_HLS_part is 7, more than 6 parts ahead."],
    ["_HLS_msn=", '_HLS_msn is "", and must be a whole number.'],
    ["_HLS_msn=-1", '_HLS_msn is "-1", and must be a whole number.'],
    ["_HLS_msn=1.5", '_HLS_msn is "1.5", and must be a whole number.'],
    ["_HLS_msn=1e9", '_HLS_msn is "1e9", and must be a whole number.'],
    [`_HLS_msn=${OPEN}&_HLS_msn=${OPEN}`, "_HLS_msn is given more than once."],
    [`_HLS_msn=${OPEN}&_HLS_part=x`, '_HLS_part is "x", and must be a whole number.'],
  ])("with %s is refused", async ([query, message]) => {
    const { status, headers, body } = await server.get(`${PLAYLIST}?${query}`);
    expect([status, headers["cache-control"], body.toString()]).toEqual([400, "public, max-age=8", `${message}\n`]);
  });

  test.for([
    ["YES", true],
    ["v2", true],
    ["NO", false],
    ["yes", false],
  ] as const)("with _HLS_skip=%s is a delta update: %s", async ([skip, isDelta]) => {
    const { body } = await server.get(`${PLAYLIST}?_HLS_skip=${skip}`);
    expect(body.toString().includes("#EXT-X-SKIP:SKIPPED-SEGMENTS=")).toBe(isDelta);
  });

  test("of an ordinary channel, or of one that has ended, is sent whatever is asked", async () => {
    const query = "?_HLS_msn=99999999999999&_HLS_skip=YES";
    const ordinary = await server.get(`/plain/v1/index.m3u8${query}`);
    expect([ordinary.status, ordinary.headers["cache-control"]]).toEqual([200, plain]);
    channel.store.end();
    const ended = await server.get(`${PLAYLIST}${query}`);
    expect(ended.status).toBe(200);
    expect(ended.body.toString()).toContain("#EXT-X-ENDLIST");
    expect(ended.body.toString()).not.toContain("#EXT-X-PRELOAD-HINT");
  });

  test("that is waited for is sent when the channel ends", async () => {
    const asked = server.get(`${PLAYLIST}?_HLS_msn=${OPEN + 2}`);
    await until("the request to be held", async () => server.waiters.count === 1, 2000);
    channel.store.end();
    expect((await asked).body.toString()).toContain("#EXT-X-ENDLIST");
  });

  test("HEAD waits as GET does and says the same", async () => {
    const query = `?_HLS_msn=${OPEN}&_HLS_part=2`;
    const [head, get] = [server.send("HEAD", PLAYLIST + query), server.get(PLAYLIST + query)];
    await until("both to be held", async () => server.waiters.count === 2, 2000);
    channel.parts(OPEN, 2);
    const [a, b] = await Promise.all([head, get]);
    const { date: _a, "cmsd-static": _c, ...headers } = a.headers;
    expect(b.headers).toMatchObject(headers);
    expect([a.status, a.body.length]).toEqual([200, 0]);
  });
});

describe("a request that is held", () => {
  const query = `?_HLS_msn=${OPEN}`;

  test("is forgotten when its client goes", async () => {
    const request = httpRequest({ host: "127.0.0.1", port: server.port, path: PLAYLIST + query });
    request.on("error", () => {});
    request.end();
    await until("it to be held", async () => server.waiters.count === 1, 2000);
    request.destroy();
    await until("it to be forgotten", async () => server.waiters.count === 0, 2000);
    for (const take of steps) take();
    expect(server.errors).toEqual([]);
  });

  test("is refused after three target durations", async () => {
    const asked = server.get(PLAYLIST + query);
    await until("it to be held", async () => server.waiters.count === 1, 2000);
    server.now = (server.now + 5900) as Milliseconds;
    await sleep(700);
    expect(server.waiters.count).toBe(1);
    server.now = (server.now + 200) as Milliseconds;
    const { status, headers } = await asked;
    expect([status, headers["cache-control"], headers["retry-after"]]).toEqual([503, "no-store", "1"]);
  });

  test("is refused where too many are held", async () => {
    const waiter = { answer: () => {}, giveUp: () => {} };
    for (let i = 0; i < MAX_WAITERS; i++) {
      server.waiters.add(channel.store, "x", () => false, { ...waiter }, 60_000 as Milliseconds);
    }
    const { status, headers } = await server.get(PLAYLIST + query);
    expect([status, headers["cache-control"], headers["retry-after"]]).toEqual([503, "no-store", "1"]);
    expect((await server.get(PLAYLIST)).status).toBe(200);
  });

  test("is refused when the server closes", async () => {
    const asked = server.get(PLAYLIST + query);
    await until("it to be held", async () => server.waiters.count === 1, 2000);
    const closed = server.close();
    expect((await asked).status).toBe(503);
    await closed;
  });

  test("of many each gets its answer", async () => {
    const all = Array.from({ length: 300 }, (_, i) =>
      server.get(PLAYLIST + query, i % 2 === 0 ? {} : { "Accept-Encoding": "gzip" }),
    );
    await until("all to be held", async () => server.waiters.count === 300, 5000);
    channel.parts(OPEN, 2);
    channel.parts(OPEN, 3);
    expect(server.waiters.count).toBe(300);
    whole(OPEN);
    const answers = await Promise.all(all);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ headers }) => headers.etag)).size).toBe(2);
  });
});

describe("a part", () => {
  const path = (number: number, index: number | string) => `/news/v1/${number}.${index}.m4s`;

  test.for<[name: string, path: string, status: number, cacheControl: string, body: string]>([
    ["of a whole segment", path(WHOLE, 3), 200, "public, max-age=20, immutable", `[v1 ${WHOLE}.3]`],
    ["of what is being made", path(OPEN, 1), 200, "public, max-age=20, immutable", `[v1 ${OPEN}.1]`],
    ["that a whole segment has not", path(WHOLE, 4), 404, "public, max-age=2", "There is no such part.\n"],
    ["after the next", path(OPEN, 3), 404, "no-store", "There is nothing here.\n"],
    ["of the next segment", path(OPEN + 1, 0), 404, "no-store", "There is nothing here.\n"],
    ["of a segment that is gone", path(FIRST - 1, 0), 410, "public, max-age=20", "This part has left the window.\n"],
    ["of no number", path(OPEN, "x"), 404, "no-store", "There is nothing here.\n"],
    ["of two numbers", path(OPEN, "0.0"), 404, "no-store", "There is nothing here.\n"],
    ["of another spelling", path(OPEN, "01"), 404, "no-store", "There is nothing here.\n"],
    ["of no track", `/news/v9/${OPEN}.0.m4s`, 404, "no-store", "There is nothing here.\n"],
    ["of an ordinary channel", `/plain/v1/${LAST_NUMBER}.0.m4s`, 404, "no-store", "There is nothing here.\n"],
  ])("%s", async ([, path, status, cacheControl, body]) => {
    const answer = await server.get(path);
    expect([answer.status, answer.headers["cache-control"], answer.body.toString()]).toEqual([
      status,
      cacheControl,
      body,
    ]);
  });

  test("that is hinted at is held until it is there", async () => {
    const { answer, step } = await stepUntil(server.get(path(OPEN, 2)));
    expect([answer.status, answer.body.toString(), step]).toEqual([200, `[v1 ${OPEN}.2]`, 0]);
  });

  test("that is hinted at and does not come is answered with 404", async () => {
    const asked = server.get(path(OPEN, 2));
    await until("it to be held", async () => server.waiters.count === 1, 2000);
    whole(OPEN);
    const { status, headers } = await asked;
    expect([status, headers["cache-control"]]).toEqual([404, "public, max-age=2"]);
  });

  test("that is hinted at comes later where the segment before goes on", async () => {
    channel.parts(OPEN, 2);
    channel.parts(OPEN, 3);
    const asked = server.get(path(OPEN + 1, 0));
    await until("it to be held", async () => server.waiters.count === 1, 2000);
    channel.part("v1", OPEN, 4, { duration: 3600 });
    expect(server.waiters.count).toBe(1);
    channel.whole("v1", OPEN);
    channel.part("v1", OPEN + 1, 0);
    const { status, body } = await asked;
    expect([status, body.toString()]).toEqual([200, `[v1 ${OPEN + 1}.0]`]);
  });

  test("that never came, as its segment broke off, is answered with 404", async () => {
    const asked = server.get(path(OPEN, 2));
    await until("it to be held", async () => server.waiters.count === 1, 2000);
    channel.whole("v1", OPEN);
    channel.part("v1", OPEN + 1, 0);
    expect((await asked).status).toBe(404);
  });

  test("that never came does not answer who waits for it in the playlist", async () => {
    const part = server.get(path(OPEN, 2));
    await until("it to be held", async () => server.waiters.count === 1, 2000);
    const playlist = server.get(`/news/v1/index.m3u8?_HLS_msn=${OPEN}&_HLS_part=2`);
    await until("both to be held", async () => server.waiters.count === 2, 2000);
    channel.whole("v1", OPEN);
    expect((await part).status).toBe(404);
    expect(server.waiters.count).toBe(1);
    channel.part("v1", OPEN + 1, 0);
    expect((await playlist).body.toString()).toContain(`URI="${OPEN + 1}.0.m4s"`);
  });

  test("has ranges and an entity tag as a segment has", async () => {
    const { headers } = await server.get(path(OPEN, 1));
    const range = await server.get(path(OPEN, 1), { Range: "bytes=1-2", "If-Range": headers.etag! });
    expect([range.status, range.body.toString()]).toEqual([206, "v1"]);
    expect((await server.get(path(OPEN, 1), { "If-None-Match": headers.etag! })).status).toBe(304);
  });
});

/** A response as it comes: what has come so far, and whether it has ended. */
async function open(path: string, headers: Record<string, string> = {}) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest({ host: "127.0.0.1", port: server.port, path, headers }, resolve).on("error", reject).end();
  });
  let text = "";
  let ended = false;
  response.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  response.on("end", () => {
    ended = true;
  });
  response.on("error", () => {
    ended = true;
  });
  return { response, text: () => text, ended: () => ended };
}

describe("a segment that is being made", () => {
  const path = `/news/v1/${OPEN}.m4s`;
  const part = (index: number) => `[v1 ${OPEN}.${index}]`;

  test("is sent part by part as they come, and ends with the last", async () => {
    const { response, text, ended } = await open(path, { Range: "bytes=3-" });
    expect([response.statusCode, response.headers["transfer-encoding"]]).toEqual([200, "chunked"]);
    expect(response.headers).not.toHaveProperty("etag");
    await until("two parts", async () => text() === part(0) + part(1), 2000);
    channel.parts(OPEN, 2);
    await until("the third", async () => text() === part(0) + part(1) + part(2), 2000);
    channel.parts(OPEN, 3);
    await until("the fourth", async () => text().endsWith(part(3)), 2000);
    expect(ended()).toBe(false);
    whole(OPEN);
    await until("the end", async () => ended(), 2000);
    expect(text()).toBe((await server.get(path)).body.toString());
    expect(response.trailers).toEqual({});
    expect(server.waiters.count).toBe(0);
  });

  test("tells its own scores behind it to who can read them", async () => {
    const { response, ended } = await open(path, { TE: "trailers" });
    channel.parts(OPEN, 2);
    channel.parts(OPEN, 3);
    whole(OPEN);
    await until("the end", async () => ended(), 2000);
    const own = (await server.get(path)).headers["cmsd-static"];
    expect(response.trailers["cmsd-static"]).toBe(own);
    expect(own).toContain("org.svta.mqa-video=");
  });

  test("that comes next is held until it begins; one after that is not there", async () => {
    const asked = open(`/news/v1/${OPEN + 1}.m4s`);
    await until("it to be held", async () => server.waiters.count === 1, 2000);
    for (const take of steps.slice(0, 4)) take();
    const { text } = await asked;
    await until("its first part", async () => text() === `[v1 ${OPEN + 1}.0]`, 2000);
    server.now = ((OPEN + 2) * 1920 - 1) as Milliseconds;
    expect((await server.get(`/news/v1/${OPEN + 3}.m4s`)).status).toBe(404);
  });

  test("that breaks off ends all the same", async () => {
    const { text, ended } = await open(path);
    channel.whole("v1", OPEN);
    await until("the end", async () => ended(), 2000);
    expect(text()).toBe(part(0) + part(1));
  });

  test("is cut off where nothing comes of it any more", async () => {
    const { ended } = await open(path);
    await until("it to wait", async () => server.waiters.count === 1, 2000);
    server.now = (server.now + 6100) as Milliseconds;
    await until("the end", async () => ended(), 3000);
  });
});

describe("a segment that never came", () => {
  /** Three are missing before it. */
  const BACK = OPEN + 4;
  const MISSING = OPEN + 2;
  const path = `/news/v1/${MISSING}.m4s`;
  const empty = "00000020737479706" + "36d66730000000" + "0636d6673636d6666636d66636d736468";

  function lose(): void {
    whole(OPEN);
    channel.parts(BACK, 0);
  }

  test("is one without media, whose score is 0", async () => {
    lose();
    const { status, headers, body } = await server.get(path);
    expect([status, headers["cache-control"], headers["content-type"]]).toEqual([
      200,
      "public, max-age=2",
      "video/mp4",
    ]);
    expect(body.toString("hex")).toBe(empty);
    expect(decodeCmsdStatic(headers["cmsd-static"] as string)).toEqual({
      "org.svta.mqa-video": 0,
      "org.svta.mqa-errors": 0,
      n: "mqa-packager",
      ot: "v",
      st: "l",
    });
    const head = await server.send("HEAD", path);
    const { date: _, ...said } = head.headers;
    expect([head.status, headers]).toEqual([200, expect.objectContaining(said)]);
  });

  test("is asked for while the input is lost, and known when it is back", async () => {
    server.now = (BACK * 1920) as Milliseconds;
    const numbers = [OPEN + 1, MISSING, OPEN + 3, BACK];
    whole(OPEN);
    const asked = numbers.map((number) => server.get(`/news/v1/${number}.m4s`));
    await until("all to be held", async () => server.waiters.count === numbers.length, 2000);
    channel.parts(BACK, 0);
    expect(await Promise.all(asked.slice(0, 3).map(async (answer) => (await answer).body.toString("hex")))).toEqual([
      empty,
      empty,
      empty,
    ]);
    whole(BACK);
    expect((await asked[3])?.body.toString()).toBe(`[v1 ${BACK}.0]`);
  });

  test("may still come where it is waited for in vain", async () => {
    const asked = server.get(`/news/v1/${OPEN + 1}.m4s`);
    await until("it to be held", async () => server.waiters.count === 1, 2000);
    server.now = (server.now + 6100) as Milliseconds;
    const { status, headers, body } = await asked;
    expect([status, headers["cache-control"], body.toString("hex")]).toEqual([200, "no-store", empty]);
  });

  test("is refused when the server closes", async () => {
    const asked = server.get(`/news/v1/${OPEN + 1}.m4s`);
    await until("it to be held", async () => server.waiters.count === 1, 2000);
    const closed = server.close();
    expect((await asked).status).toBe(503);
    await closed;
  });

  test.for<[what: string, number: number, status: number]>([
    ["before all that did", FIRST - 1, 410],
    ["that is not due by the clock", BACK + 2, 404],
    ["that is due, of no track", 0, 404],
  ])("%s", async ([, number, status]) => {
    server.now = (BACK * 1920 - 1) as Milliseconds;
    lose();
    expect((await server.get(`/news/${number === 0 ? "v9" : "v1"}/${number || BACK}.m4s`)).status).toBe(status);
  });

  test("is not found where that is asked for", async () => {
    channel = new LowLatencyChannel(20_000 as Milliseconds, "not-found");
    channel.segments(FIRST, OPEN);
    const other = new TestServer(
      new Map([["news", { store: channel.store, closing: new AbortController().signal, status: () => ({}) }]]),
    );
    await other.listen();
    const held = other.get(`/news/v1/${OPEN + 1}.m4s`);
    await until("it to be held", async () => other.waiters.count === 1, 2000);
    other.now = (BACK * 1920) as Milliseconds;
    expect((await other.get(path)).status).toBe(404);
    channel.parts(BACK, 0);
    for (const { status, headers, body } of [await held, await other.get(path)]) {
      expect([status, headers["cache-control"], body.toString()]).toEqual([
        404,
        "public, max-age=2",
        "This segment never came.\n",
      ]);
    }
    await other.close();
  });
});

/** What docs/headers.md says of each kind of request. */
describe("the scores of a response", () => {
  type Kind = { own: boolean; previous: number | undefined; ht: boolean; at: boolean; length: boolean };
  const kinds: [name: string, path: string, kind: Kind][] = [
    [
      "a multivariant playlist",
      "/news/index.m3u8",
      { own: false, previous: undefined, ht: false, at: false, length: false },
    ],
    ["a media playlist", PLAYLIST, { own: false, previous: undefined, ht: false, at: false, length: false }],
    ["an MPD", "/news/manifest.mpd", { own: false, previous: undefined, ht: false, at: false, length: false }],
    [
      "an init segment",
      "/news/v1/init-0123456789abcdef.mp4",
      { own: false, previous: undefined, ht: false, at: false, length: false },
    ],
    ["a whole segment", `/news/v1/${WHOLE}.m4s`, { own: true, previous: WHOLE - 1, ht: false, at: true, length: true }],
    [
      "a part of a whole segment",
      `/news/v1/${WHOLE}.2.m4s`,
      { own: false, previous: WHOLE - 1, ht: false, at: true, length: true },
    ],
    [
      "a part of what is being made",
      `/news/v1/${OPEN}.1.m4s`,
      { own: false, previous: WHOLE, ht: false, at: true, length: true },
    ],
    [
      "a part that was held",
      `/news/v1/${OPEN}.2.m4s`,
      { own: false, previous: WHOLE, ht: true, at: true, length: true },
    ],
    [
      "a segment that is being made",
      `/news/v1/${OPEN}.m4s`,
      { own: false, previous: WHOLE, ht: false, at: true, length: false },
    ],
    [
      "a segment of an ordinary channel",
      `/plain/v1/${LAST_NUMBER}.m4s`,
      { own: true, previous: undefined, ht: false, at: true, length: true },
    ],
  ];

  test.for(kinds)("%s", async ([, path, kind]) => {
    const asked = ["GET", "HEAD"].map((method) => server.send(method, path));
    await sleep(50);
    // What was asked for ends with the segment.
    for (const take of steps.slice(0, 3)) take();
    const [get, head] = (await Promise.all(asked)) as [Answer, Answer];
    for (const { status, headers } of [get, head]) {
      expect(status).toBe(200);
      const members = decodeCmsdStatic(headers["cmsd-static"] as string) as Record<string, unknown>;
      const { previous } = kind;
      expect(members["org.svta.mqa-prev-seg"]).toBe(previous);
      expect(members["org.svta.mqa-prev-video"]).toBe(previous === undefined ? undefined : 50 + (previous % 50));
      expect({
        own: members["org.svta.mqa-video"] !== undefined,
        ht: members["ht"] !== undefined,
        at: members["at"] !== undefined,
        length: members["br"] !== undefined && members["d"] !== undefined,
        previous,
      }).toEqual(kind);
    }
    const { date: _, "cmsd-static": __, "keep-alive": ___, ...headers } = head.headers;
    expect(get.headers).toMatchObject(headers);
  });

  test("tell nothing of the segment before where that is missing", async () => {
    for (const take of steps.slice(0, 3)) take();
    channel.parts(OPEN + 2, 0);
    const { headers } = await server.get(`/news/v1/${OPEN + 2}.0.m4s`);
    expect(headers["cmsd-static"]).not.toContain("-prev-");
  });

  test("of sound are those of sound", async () => {
    const { headers } = await server.get(`/news/a1/${OPEN}.0.m4s`);
    expect(decodeCmsdStatic(headers["cmsd-static"] as string)).toMatchObject({
      "org.svta.mqa-prev-audio": 97,
      "org.svta.mqa-prev-seg": WHOLE,
      ot: "a",
    });
  });
});
