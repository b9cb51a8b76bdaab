import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { MAX_LISTENERS } from "../../src/server/event-streams.ts";
import type { PublishListener } from "../../src/store/channel-store.ts";
import type { Segment, Track } from "../../src/store/segment.ts";
import { until } from "../support/until.ts";
import {
  audioInit,
  FIRST_NUMBER,
  fakeSnapshot,
  fakeView,
  LAST_NUMBER,
  qualityRecord,
  segment,
  videoInit,
} from "./fake-channel.ts";
import { TestServer } from "./test-server.ts";

const live = fakeSnapshot();
const [v1, a1] = live.tracks.map(({ track }) => track) as [Track, Track];
const listeners = new Set<PublishListener>();
const others = new Set<PublishListener>();
const views = new Map([
  ["news", fakeView(() => live, listeners)],
  ["starting", fakeView(() => undefined, others)],
]);
const server = new TestServer(views);

beforeAll(() => server.listen());
afterAll(() => server.close());
beforeEach(() => until("nobody to listen any more", () => listeners.size === 0));

type Event = { readonly id: string; readonly data: { readonly track: string; readonly number: number } };

/** A client without any HTTP library, gone after the test. */
class StreamClient {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  received = "";

  constructor(path: string, headers: Record<string, string> = {}, port = server.port) {
    this.socket = connect(port, "127.0.0.1");
    this.socket.setEncoding("utf8").on("data", (text) => {
      this.received += text;
    });
    this.socket.on("error", () => this.socket.destroy());
    this.closed = new Promise((resolve) => this.socket.once("close", () => resolve()));
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${lines.join("")}\r\n`);
    onTestFinished(() => {
      this.socket.destroy();
    });
  }

  /** Events so far; each of them came in one piece. */
  get events(): readonly Event[] {
    return Array.from(this.received.matchAll(/event: segment\nid: (.*)\ndata: (.*)\n\n/g), ([, id, data]) => ({
      id: id!,
      data: JSON.parse(data!) as Event["data"],
    }));
  }

  get names(): readonly string[] {
    return this.events.map(({ data }) => `${data.track}:${data.number - FIRST_NUMBER}`);
  }

  async open(): Promise<this> {
    await until("an event stream", () => this.received.includes("\r\n\r\n"));
    expect(this.received).toMatch(/^HTTP\/1\.1 200 /);
    return this;
  }

  async heard(...names: readonly string[]): Promise<void> {
    await until(`${names.length} events`, () => this.events.length >= names.length);
    expect(this.names).toEqual(names);
  }
}

const record = qualityRecord({ "mqa-video": 53.6, psnr: 47.12345678 });

function publish(track: Track, number: number, told = listeners): Segment {
  const made = segment(track === v1 ? videoInit : audioInit, FIRST_NUMBER + number, 1000, record);
  for (const listener of [...told]) listener(track, made);
  return made;
}

test("tells of each segment of all tracks as it is published, its record on one line", async () => {
  const client = await new StreamClient("/news/quality/events").open();
  publish(v1, 5);
  publish(a1, 5);
  await client.heard("v1:5", "a1:5");
  expect(client.events[0]).toMatchObject({
    id: String(FIRST_NUMBER + 5),
    data: {
      channel: "news",
      track: "v1",
      kind: "video",
      number: FIRST_NUMBER + 5,
      duration: 1.92,
      uri: `${FIRST_NUMBER + 5}.m4s`,
      size: 1000,
      quality: { score: { value: 54 }, metrics: { psnr: { value: 47.1235 } } },
    },
  });
});

test("has the headers that EventSource and proxies need, with HEAD too", async () => {
  const client = await new StreamClient("/news/quality/events", { Origin: "https://elsewhere.example" }).open();
  const expected = {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
    "access-control-allow-origin": "*",
  };
  for (const [name, value] of Object.entries(expected)) {
    expect(client.received.toLowerCase()).toContain(`${name}: ${value}\r\n`);
  }
  const head = await server.send("HEAD", "/news/quality/events");
  expect(head.status).toBe(200);
  expect(head.headers).toMatchObject(expected);
  expect(listeners.size).toBe(1);
});

test("of some tracks, where only those are asked for", async () => {
  const [video, both] = await Promise.all([
    new StreamClient("/news/quality/events?track=v1").open(),
    new StreamClient("/news/quality/events?track=a1&track=v1").open(),
  ]);
  publish(a1, 5);
  publish(v1, 5);
  await both.heard("a1:5", "v1:5");
  await video.heard("v1:5");
});

test("of a channel that has not begun", async () => {
  const client = await new StreamClient("/starting/quality/events?track=v1").open();
  publish(v1, 0, others);
  await client.heard("v1:0");
});

describe("what a client that comes back has missed comes first", () => {
  test.for<[name: string, query: string, lastEventId: string | undefined, missed: readonly string[]]>([
    ["one track: exactly what it has not heard", "?track=v1", "1", ["v1:2", "v1:3", "v1:4"]],
    ["all tracks: as far back as one may lag", "", "4", ["v1:2", "a1:2", "v1:3", "a1:3", "v1:4", "a1:4"]],
    ["nothing new", "?track=v1", "4", []],
    ["what is no longer in the window is not told", "?track=a1", "-100", ["a1:0", "a1:1", "a1:2", "a1:3", "a1:4"]],
    ["the query does for the first time", `?track=v1&after=${FIRST_NUMBER + 2}`, undefined, ["v1:3", "v1:4"]],
    ["the header counts before the query", `?track=v1&after=${FIRST_NUMBER}`, "3", ["v1:4"]],
    ["a header that is no number is as none", "?track=v1", "x", []],
    ["from a future that does not exist", "?track=v1", "1000", []],
  ])("%s", async ([, query, lastEventId, missed]) => {
    const id = Number(lastEventId);
    const header = lastEventId && { "Last-Event-ID": Number.isNaN(id) ? lastEventId : String(FIRST_NUMBER + id) };
    const client = await new StreamClient(`/news/quality/events${query}`, header || {}).open();
    publish(v1, 5);
    publish(a1, 6);
    const alive = query.includes("v1") || query === "" ? ["v1:5"] : [];
    const sound = query.includes("a1") || query === "" ? ["a1:6"] : [];
    await client.heard(...missed, ...alive, ...sound);
  });

  test("no more than 300 events of it", async () => {
    const segments = Array.from({ length: 500 }, (_, i) => segment(videoInit, i, 100, record));
    const long = fakeSnapshot({ tracks: [{ ...live.tracks[0]!, segments }] });
    const other = new TestServer(new Map([["long", fakeView(() => long)]]));
    await other.listen();
    onTestFinished(() => other.close());
    const client = await new StreamClient("/long/quality/events?after=0", {}, other.port).open();
    await until("all of it", () => client.events.length >= 300);
    expect(client.events.map(({ data }) => data.number)).toEqual(segments.slice(-300).map(({ number }) => number));
  });
});

test.for<[path: string, status: number, body: string]>([
  ["/nobody/quality/events", 404, "There is nothing here."],
  ["/news/quality/events?track=v9", 404, "There is nothing here."],
  ["/news/quality/events?track=v1&track=v9", 404, "There is nothing here."],
  ["/news/quality/events?after=-1", 400, 'after is "-1"; it must be a segment number.'],
  ["/news/quality/events?after=1&after=2", 400, "after is given more than once."],
  ["/news/quality/events?tracks=v1", 400, 'There is no parameter "tracks"; there are track, after.'],
])("%s -> %i", async ([path, status, body]) => {
  const answer = await server.get(path);
  expect(answer.status).toBe(status);
  expect(answer.body.toString()).toBe(`${body}\n`);
  expect(listeners.size).toBe(0);
});

test("more tracks than any channel has are refused", async () => {
  const { status, body } = await server.get(`/news/quality/events?${"track=v1&".repeat(65)}`);
  expect([status, body.toString()]).toEqual([400, "track is given more than 64 times.\n"]);
});

test("a client that goes away is forgotten at once, those that stay hear on", async () => {
  const [ended, reset, stays] = await Promise.all([1, 2, 3].map(() => new StreamClient("/news/quality/events").open()));
  publish(v1, 5);
  await Promise.all([ended, reset, stays].map((client) => client!.heard("v1:5")));
  ended!.socket.end();
  reset!.socket.resetAndDestroy();
  publish(v1, 6);
  publish(v1, 7);
  await stays!.heard("v1:5", "v1:6", "v1:7");
  expect(listeners.size).toBe(1);
  stays!.socket.destroy();
  await until("nobody to be told", () => listeners.size === 0, 1000);
  expect(server.errors).toEqual([]);
});

test("a client that reads nothing is cut off; the others are not", async () => {
  const quick = await new StreamClient("/news/quality/events?track=v1").open();
  const slow = await new StreamClient("/news/quality/events?track=a1").open();
  slow.socket.pause();
  // 60 kB an event: the kernel takes a few megabytes before anything is left with the packager.
  const metrics = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`m${i}`, record.metrics["psnr"]!]));
  const large = segment(audioInit, LAST_NUMBER, 1000, { ...record, metrics });
  for (let sent = 0; sent < 1000; sent++) {
    for (const listener of [...listeners]) listener(a1, large);
    if (sent % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  slow.socket.resume();
  await slow.closed;
  expect(slow.received.length).toBeLessThan(1000 * 60_000);
  expect(slow.received).not.toMatch(/\r\n0\r\n\r\n$/);
  publish(v1, 6);
  await quick.heard("v1:6");
});

test("a comment every 15 s keeps silent connections alive, by one timer while anybody listens", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const before = vi.getTimerCount();
  const clients = [1, 2, 3].map(() => new StreamClient("/news/quality/events"));
  await Promise.all(clients.map((client) => client.open()));
  expect(vi.getTimerCount() - before).toBe(1);
  vi.advanceTimersByTime(14_999);
  publish(v1, 5);
  await Promise.all(clients.map((client) => client.heard("v1:5")));
  for (const { received } of clients) expect(received).not.toContain("\n:\n\n");
  vi.advanceTimersByTime(1);
  await until("a heartbeat", () => clients.every(({ received }) => received.includes(":\n\n")));
  for (const { socket } of clients) socket.destroy();
  await until("no timer", () => vi.getTimerCount() === before);
});

test(`there is no room for more than ${MAX_LISTENERS}, until one goes`, async () => {
  const clients: StreamClient[] = [];
  for (let i = 0; i < MAX_LISTENERS; i += 100) {
    const some = Array.from({ length: 100 }, () => new StreamClient("/news/quality/events"));
    await Promise.all(some.map((client) => client.open()));
    clients.push(...some);
  }
  const refused = await server.get("/starting/quality/events");
  expect(refused.status).toBe(503);
  expect(refused.headers).toMatchObject({ "retry-after": "10", "cache-control": "no-store" });
  publish(v1, 5);
  await Promise.all(clients.map((client) => client.heard("v1:5")));
  clients[0]!.socket.destroy();
  await until("room", async () => {
    const client = new StreamClient("/news/quality/events");
    await until("an answer", () => client.received.includes("\r\n\r\n"));
    return client.received.startsWith("HTTP/1.1 200 ");
  });
});

test("a stream of a channel that has ended for good ends, whether it began before or after that", async () => {
  const closing = new AbortController();
  const other = new TestServer(new Map([["news", { ...fakeView(() => live), closing: closing.signal }]]));
  await other.listen();
  const stream = () => fetch(`http://127.0.0.1:${other.port}/news/quality/events`);
  const before = await stream();
  closing.abort();
  expect([await before.text(), await (await stream()).text()]).toEqual(["", ""]);
  await other.close();
});

test("closing the server ends the streams at once, each after a whole event, and lets none begin", async () => {
  const other = new TestServer(views);
  await other.listen();
  const client = await new StreamClient("/news/quality/events", {}, other.port).open();
  publish(v1, 5);
  const start = performance.now();
  await other.close();
  await client.closed;
  expect(performance.now() - start).toBeLessThan(900);
  expect(client.names).toEqual(["v1:5"]);
  expect(client.received).toMatch(/\r\n0\r\n\r\n$/);
});
