import { setTimeout as sleep } from "node:timers/promises";
import { validateCmcdHeaders } from "@svta/cml-cmcd";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultPushTimeouts, type PushOptions } from "../../src/push/push-options.ts";
import type { PushTarget } from "../../src/push/push-target.ts";
import { ChannelStore } from "../../src/store/channel-store.ts";
import type { Segment } from "../../src/store/segment.ts";
import { qualityRecord } from "../server/fake-channel.ts";
import { a1, audioInit, audioSegment, FIRST, v1, videoInit, videoSegment } from "../store/media.ts";
import { until } from "../support/until.ts";
import { allAnswered, ms, openTarget } from "./pushed.ts";
import { answer, Receiver } from "./receiver.ts";

let receiver: Receiver;
let targets: PushTarget[];
let changes: string[];

beforeEach(async () => {
  receiver = new Receiver();
  targets = [];
  changes = [];
  await receiver.open();
});

afterEach(async () => {
  await Promise.all(targets.map((target) => target.close(ms(0))));
  await receiver.close();
});

function open(fields: Partial<PushOptions> = {}): PushTarget {
  const target = openTarget(receiver.origin, changes, fields);
  targets.push(target);
  return target;
}

const videoBytes = { ...videoInit("v1"), bytes: Buffer.from("[init v1]") };
const audioBytes = { ...audioInit("a1"), bytes: Buffer.from("[init a1]") };

function video(n: number, size = 1000): Segment {
  const body = [Buffer.alloc(size / 2, n), Buffer.alloc(size / 2, n + 1)];
  return {
    ...videoSegment(FIRST + n, videoBytes),
    body,
    size,
    quality: qualityRecord({ "mqa-video": 54, psnr: 47.1236 }),
  };
}

function sound(n: number): Segment {
  const body = [Buffer.alloc(300, n)];
  return { ...audioSegment(FIRST + n, audioBytes, 2), body, size: 300, quality: qualityRecord({ "mqa-audio": 97 }) };
}

const arrived = (count: number): Promise<unknown> =>
  until(`${count} objects`, async () => receiver.received.length >= count, 8000);

const name = (n: number): string => `v1/${FIRST + n}.cmfv`;

describe("a channel that is pushed", () => {
  test("arrives whole: init segments first, each object in a request of its own, a connection for each track", async () => {
    const target = open();
    for (let n = 0; n < 3; n++) {
      target.push(v1, video(n));
      target.push(a1, sound(n));
    }
    await arrived(8);
    const of = (track: string) => receiver.received.filter(({ url }) => url.includes(track));
    expect(of("v1").map(({ url }) => url)).toEqual(
      ["init", FIRST, FIRST + 1, FIRST + 2].map((one) => `/live/news/v1/${one}.cmfv`),
    );
    expect(of("a1").map(({ url }) => url)).toEqual(
      ["init", FIRST, FIRST + 1, FIRST + 2].map((one) => `/live/news/a1/${one}.cmfa`),
    );
    expect(of("v1")[0]!.body.toString()).toBe("[init v1]");
    for (const [n, { body }] of of("v1").slice(1).entries()) expect(body).toEqual(Buffer.concat(video(n).body));
    expect(new Set(receiver.received.map(({ connection }) => connection)).size).toBe(2);
    expect(new Set(of("v1").map(({ connection }) => connection)).size).toBe(1);
    await allAnswered(target, 6);
    expect(target.status()).toEqual({
      url: `${receiver.origin}/live/news/`,
      ...{ state: "idle", lastStatus: 200, behindSeconds: 0, sent: 6, retried: 0, lost: 0 },
    });
    expect(changes).toEqual([]);
  });

  test("says in headers what it is and how good", async () => {
    const target = open();
    target.push(v1, video(0));
    target.push(a1, sound(0));
    await arrived(4);
    const headersOf = (end: string) => receiver.received.find(({ url }) => url.endsWith(end))!.headers;
    expect(headersOf(name(0))).toMatchObject({
      "content-type": "video/mp4",
      "content-length": "1000",
      "dash-if-ingest": "1.1",
      "user-agent": "mqa-packager/1",
      "cmcd-object":
        'br=(4;v), d=2000, org.svta.mqa-errors="0", org.svta.mqa-n="48", org.svta.mqa-psnr="47.12", org.svta.mqa-video="54", ot=v',
      "cmcd-session": 'cid="news", sf=d, sid="4f1b0c62", st=l, v=2',
    });
    expect(headersOf(name(0))["cmcd-request"]).toMatch(new RegExp(`^nor=\\("${FIRST + 1}\\.cmfv"\\), sn=\\d$`));
    expect(headersOf(".cmfa")).toMatchObject({ "content-type": "audio/mp4" });
    expect(headersOf("v1/init.cmfv")["cmcd-object"]).toBe("ot=i");
    for (const { headers } of receiver.received) {
      const shown = Object.entries(headers).filter(([key]) => key.startsWith("cmcd-")) as [string, string][];
      expect(validateCmcdHeaders(new Headers(shown), { version: 2 }).issues).toEqual([]);
    }
    expect(
      new Set(receiver.received.map(({ headers }) => /sn=(\d)/.exec(headers["cmcd-request"] as string)![1])).size,
    ).toBe(4);
  });

  test("as POST, with track names, credentials and no CMCD where that is asked for", async () => {
    const target = open({ method: "POST", naming: "streams", cmcd: undefined as never, authorization: "Basic eDp5" });
    target.push(v1, video(0));
    await arrived(2);
    for (const { method, url, headers } of receiver.received) {
      expect([method, url, headers.authorization]).toEqual(["POST", "/live/news/Streams(v1.cmfv)", "Basic eDp5"]);
      expect(Object.keys(headers).filter((key) => key.startsWith("cmcd"))).toEqual([]);
    }
    expect(JSON.stringify(target.status())).not.toContain("eDp5");
  });
});

test("an MPD says what comes, once", async () => {
  const channel = new ChannelStore({ name: "news", segmentDuration: ms(2000), window: ms(60_000), retainBodies: true });
  channel.setTargetDuration(2);
  channel.addTrack(v1);
  const target = openTarget(receiver.origin, changes, { mpd: true }, { store: channel });
  targets.push(target);
  channel.onPublish((track, segment) => target.push(track, segment));
  for (let n = 0; n < 3; n++) channel.publish("v1", video(n));
  await arrived(5);
  const mpds = () => receiver.received.filter(({ url }) => url === "/live/news/manifest.mpd");
  expect(mpds()).toHaveLength(1);
  expect(mpds()[0]!.body.toString()).toContain('media="$RepresentationID$/$Number$.cmfv"');
  expect(mpds()[0]!.headers).toMatchObject({ "content-type": "application/dash+xml", "cmcd-object": "ot=m" });
  await allAnswered(target, 3);
});

describe("a receiver", () => {
  const inOrder = ["v1/init.cmfv", name(0), name(1), name(2)];

  function pushThree(target: PushTarget): void {
    for (let n = 0; n < 3; n++) target.push(v1, video(n, 200_000));
  }

  test("that is overloaded for a while gets everything in order, nothing twice", async () => {
    receiver.behave = (request, response, count) => (count < 4 ? answer(request, response, 503) : undefined);
    const target = open();
    pushThree(target);
    await arrived(4);
    expect(receiver.names).toEqual(inOrder);
    await allAnswered(target, 3);
    expect(target.status()).toMatchObject({ retried: 4, lost: 0 });
    expect(changes).toEqual(["v1 retrying status 503", "v1 sending"]);
  });

  test("that asks to be left alone is", async () => {
    const at: number[] = [];
    receiver.behave = (request, response, count) => {
      at.push(Date.now());
      return count === 0 ? answer(request, response, 429, { "Retry-After": "1" }) : undefined;
    };
    pushThree(open());
    await arrived(4);
    expect(at[1]! - at[0]!).toBeGreaterThan(900);
  });

  test("that lacks the init segment gets it, and then the segment again", async () => {
    receiver.behave = (request, response, count) => (count === 2 ? answer(request, response, 412) : undefined);
    pushThree(open());
    await arrived(5);
    expect(receiver.names).toEqual(["v1/init.cmfv", name(0), "v1/init.cmfv", name(1), name(2)]);
  });

  test.for([412, 404, 500])("that answers every segment with %i is not flooded", async (status) => {
    receiver.behave = (request, response) => {
      if (request.url!.includes("init")) return undefined;
      // Before the body was read, over a connection that ends with it.
      response.writeHead(status, { Connection: "close" }).end();
      return true;
    };
    const target = open();
    target.push(v1, video(0, 4_000_000));
    await sleep(2000);
    expect(receiver.requests).toBeLessThan(14);
    expect(changes.length).toBeLessThan(14);
    expect(target.status().sent).toBe(0);
  });

  test("that answers nothing yet is said to be sent to", async () => {
    receiver.behave = () => true;
    const target = open();
    pushThree(target);
    await until("the request", async () => receiver.requests === 1, 3000);
    expect(target.status()).toMatchObject({ state: "sending", behindSeconds: 6 });
  });

  test("that lacks it over a new connection, and says 404, gets it too", async () => {
    receiver.behave = (request, response, count) => {
      if (count === 1) response.setHeader("Connection", "close");
      return count === 2 ? answer(request, response, 404) : undefined;
    };
    pushThree(open());
    await arrived(5);
    expect(receiver.names).toEqual(["v1/init.cmfv", name(0), "v1/init.cmfv", name(1), name(2)]);
  });

  test("that refuses is asked once, and says so", async () => {
    receiver.behave = (request, response) => answer(request, response, 403);
    const target = open();
    pushThree(target);
    await until("the refusal", async () => target.status().state === "refused", 3000);
    await sleep(700);
    expect(receiver.requests).toBe(1);
    expect(target.status()).toMatchObject({
      state: "refused",
      lastStatus: 403,
      lastError: "status 403",
      behindSeconds: 6,
    });
    expect(changes).toEqual(["v1 refused status 403"]);
  });

  test("that resets the connection in the middle of a segment gets all of it over another", async () => {
    receiver.behave = (request, _response, count) => {
      if (count !== 2) return undefined;
      request.once("data", () => request.socket.resetAndDestroy());
      return true;
    };
    const target = open();
    pushThree(target);
    await arrived(5);
    expect(receiver.names).toEqual(["v1/init.cmfv", name(0), "v1/init.cmfv", name(1), name(2)]);
    for (const { url, body } of receiver.received) if (!url.includes("init")) expect(body.length).toBe(200_000);
    await allAnswered(target, 3);
    expect(target.status().lost).toBe(0);
  });

  test("that closes its connection after each answer gets everything", async () => {
    receiver.behave = (_request, response) => {
      response.setHeader("Connection", "close");
      return undefined;
    };
    pushThree(open());
    await arrived(4);
    expect(receiver.names).toEqual(inOrder);
  });

  test("that takes nothing more is left, and tried anew; another target does not wait for it", async () => {
    receiver.behave = (request, _response, count) => {
      if (count !== 1) return undefined;
      request.pause();
      return true;
    };
    const other = new Receiver();
    await other.open();
    const stalled = open({ timeouts: { ...defaultPushTimeouts, idle: ms(400) } });
    const healthy = open({ url: new URL(`${other.origin}/live/news/`) });
    for (let n = 0; n < 3; n++) for (const target of [stalled, healthy]) target.push(v1, video(n, 8_000_000));
    await until("the healthy one", async () => other.received.length === 4, 8000);
    await until("the stalled one", async () => stalled.status().sent === 3, 8000);
    expect(changes[0]).toBe("v1 retrying the receiver took nothing for 400 ms");
    expect(stalled.status()).toMatchObject({ sent: 3, lost: 0 });
    await other.close();
  });

  test("that takes long to answer is waited for", async () => {
    receiver.behave = (request, response) => {
      request.resume();
      request.on("end", () => setTimeout(() => response.end(), 500));
      return true;
    };
    const target = open({ timeouts: { ...defaultPushTimeouts, idle: ms(200) } });
    target.push(v1, video(0));
    await until("it to be sent", async () => target.status().sent === 1, 5000);
    expect([receiver.requests, target.status().retried]).toEqual([2, 0]);
  });

  test("that answers nothing is left after the whole time", async () => {
    receiver.behave = (request, _response, count) => {
      if (count !== 1) return undefined;
      request.resume();
      return true;
    };
    const target = open({ timeouts: { ...defaultPushTimeouts, total: ms(500) } });
    pushThree(target);
    await arrived(5);
    await allAnswered(target, 3);
    expect(target.status().retried).toBe(1);
  });

  test("that is down for less than the queue gets everything in order when it is back", async () => {
    await receiver.close();
    const target = open();
    pushThree(target);
    await until("a failure", async () => target.status().state === "retrying", 3000);
    expect(target.status().lastError).toContain("ECONNREFUSED");
    await receiver.open();
    await arrived(4);
    expect(receiver.names).toEqual(inOrder);
  });

  test("that is down for longer gets the newest first, then what is kept; the rest is counted", async () => {
    await receiver.close();
    const target = open({ queue: ms(6000) });
    for (let n = 0; n < 40; n++) target.push(v1, video(n));
    expect(target.status()).toMatchObject({ lost: 10, sent: 0, behindSeconds: 60 });
    await receiver.open();
    await arrived(31);
    expect(receiver.names.slice(0, 4)).toEqual(["v1/init.cmfv", name(39), name(38), name(37)]);
    expect(new Set(receiver.names).size).toBe(31);
    await allAnswered(target, 30);
    expect(target.status().lost).toBe(10);
  });

  test("gets what waits when the packager ends, if it takes it in time", async () => {
    const target = open();
    pushThree(target);
    await target.close(ms(3000));
    expect(receiver.names).toEqual(inOrder);
    target.push(v1, video(3));
    await sleep(100);
    expect(receiver.received).toHaveLength(4);
  });

  test("that hangs does not keep the packager from ending", async () => {
    receiver.behave = () => true;
    const target = open();
    pushThree(target);
    const begun = Date.now();
    await target.close(ms(300));
    expect(Date.now() - begun).toBeLessThan(2000);
  });
});

test("what arrives is what was produced, byte for byte and once, whatever a receiver does in between", async () => {
  const kinds = [...Array<"take">(12).fill("take"), 503, 500, 429, 412, "reset", "close"] as const;
  const property = fc.asyncProperty(fc.infiniteStream(fc.constantFrom(...kinds)), async (stream) => {
    const own = new Receiver();
    await own.open();
    own.behave = (request, response) => {
      const kind = stream.next().value;
      // Of an init segment none says that it lacks one.
      if (kind === 412 && request.url!.includes("init")) return undefined;
      if (typeof kind === "number") return answer(request, response, kind);
      if (kind === "reset") request.once("data", () => request.socket.resetAndDestroy());
      if (kind === "close") response.setHeader("Connection", "close");
      return kind === "reset" ? true : undefined;
    };
    const target = openTarget(own.origin, [], { queue: ms(60_000) }, { window: ms(60_000) });
    const produced = Array.from({ length: 8 }, (_, n) => video(n, 20_000));
    for (const segment of produced) target.push(v1, segment);
    await until("all of it", async () => target.status().sent === produced.length, 100_000);
    const segments = own.received.filter(({ url }) => !url.includes("init"));
    expect(segments.map(({ url }) => url)).toEqual(produced.map(({ number }) => `/live/news/v1/${number}.cmfv`));
    for (const [n, { body }] of segments.entries()) expect(body).toEqual(Buffer.concat(produced[n]!.body));
    expect(target.status()).toMatchObject({ lost: 0, behindSeconds: 0 });
    await target.close(ms(0));
    await own.close();
  });
  await fc.assert(property, { numRuns: 2, endOnFailure: true });
}, 240_000);
