import { setTimeout as sleep } from "node:timers/promises";
import { validateCmcdHeaders } from "@svta/cml-cmcd";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PushTarget } from "../../src/push/push-target.ts";
import { FIRST, LowLatencyChannel, PARTS } from "../store/low-latency-channel.ts";
import { until } from "../support/until.ts";
import { allAnswered, ms, openTarget } from "./pushed.ts";
import { answer, Receiver } from "./receiver.ts";

let receiver: Receiver;
let channel: LowLatencyChannel;
let target: PushTarget;
let changes: string[];
/** What has come of the request under way. */
let coming: string;

beforeEach(async () => {
  receiver = new Receiver();
  await receiver.open();
  receiver.behave = (request) => {
    coming = "";
    request.on("data", (bytes) => {
      coming += bytes;
    });
    return undefined;
  };
  channel = new LowLatencyChannel();
  changes = [];
  open();
});

afterEach(async () => {
  await target.close(ms(0));
  await receiver.close();
});

function open(patience = 5000): void {
  target = openTarget(receiver.origin, changes, {}, { isLowLatency: true, patience: ms(patience) });
  const own = target;
  channel.store.onOpen((track, segment) => {
    if (track.id === "v1") own.grow(track, segment);
  });
  channel.store.onPublish((track, segment) => {
    if (track.id === "v1") own.push(track, segment);
  });
}

const text = (number: number, parts = PARTS): string =>
  Array.from({ length: parts }, (_, index) => `[v1 ${number}.${index}]`).join("");

const name = (number: number): string => `v1/${number}.cmfv`;

const arrived = (count: number): Promise<unknown> =>
  until(`${count} objects`, async () => receiver.received.length >= count, 8000);

function finish(number: number, from = 0): void {
  for (let index = from; index < PARTS; index++) channel.parts(number, index);
  channel.whole("v1", number);
  channel.whole("a1", number);
}

describe("a segment that is being made", () => {
  test("is sent part by part as they come, chunked, with the score of the one before", async () => {
    finish(FIRST);
    await arrived(2);
    for (let index = 0; index < PARTS; index++) {
      channel.parts(FIRST + 1, index);
      await until(`part ${index}`, async () => coming === text(FIRST + 1, index + 1), 2000);
      expect(receiver.received).toHaveLength(2);
    }
    channel.whole("v1", FIRST + 1);
    await arrived(3);
    const { headers, body } = receiver.received[2]!;
    expect(body.toString()).toBe(text(FIRST + 1));
    expect(headers).toMatchObject({ "transfer-encoding": "chunked", "content-type": "video/mp4" });
    expect(headers["content-length"]).toBeUndefined();
    expect(headers["cmcd-object"]).toBe(
      `org.svta.mqa-prev-errors="0", org.svta.mqa-prev-n="48", org.svta.mqa-prev-seg="${FIRST}", org.svta.mqa-prev-video="50", ot=v`,
    );
    expect(headers["cmcd-session"]).toContain("st=ll");
    const shown = Object.entries(headers).filter(([key]) => key.startsWith("cmcd-")) as [string, string][];
    expect(validateCmcdHeaders(new Headers(shown), { version: 2 }).issues).toEqual([]);
    await allAnswered(target, 2);
    expect(target.status()).toMatchObject({ retried: 0, lost: 0, behindSeconds: 0 });
    expect(new Set(receiver.received.map(({ connection }) => connection)).size).toBe(1);
  });

  test("is sent again from its beginning where the connection is reset, as far as it has come", async () => {
    receiver.behave = (request, _response, count) => {
      if (count === 1) request.once("data", () => request.socket.resetAndDestroy());
      return count === 1 ? true : undefined;
    };
    channel.parts(FIRST, 0);
    await until("the reset", async () => changes.length > 0, 3000);
    finish(FIRST, 1);
    await arrived(3);
    expect(receiver.names).toEqual(["v1/init.cmfv", "v1/init.cmfv", name(FIRST)]);
    expect(receiver.received[2]!.body.toString()).toBe(text(FIRST));
    await allAnswered(target, 1);
    expect(target.status()).toMatchObject({ retried: 1, lost: 0 });
  });

  test("of which nothing more comes waits until it is whole, and that is not the receiver's fault", async () => {
    await target.close(ms(0));
    channel = new LowLatencyChannel();
    open(300);
    channel.parts(FIRST, 0);
    await until(
      "the request to be given up",
      async () => receiver.requests === 2 && target.status().state === "idle",
      3000,
    );
    await sleep(200);
    expect([receiver.requests, receiver.names]).toEqual([2, ["v1/init.cmfv"]]);
    finish(FIRST, 1);
    await arrived(2);
    expect(receiver.names).toEqual(["v1/init.cmfv", name(FIRST)]);
    const { headers, body } = receiver.received[1]!;
    expect(body.toString()).toBe(text(FIRST));
    expect(headers["content-length"]).toBe(String(body.length));
    expect(headers["cmcd-object"]).toContain('org.svta.mqa-video="50"');
    await allAnswered(target, 1);
    expect(target.status()).toMatchObject({ retried: 0, lost: 0 });
    expect(changes).toEqual([]);
  });

  test("that was not published in the end is forgotten", async () => {
    channel.parts(FIRST, 0);
    await until("it to begin", async () => coming === text(FIRST, 1), 3000);
    finish(FIRST + 1);
    await arrived(2);
    expect(receiver.names).toEqual(["v1/init.cmfv", name(FIRST + 1)]);
    await allAnswered(target, 1);
    expect(target.status()).toMatchObject({ retried: 0, lost: 0 });
  });

  test("waits behind what is older where the receiver was down, all whole by then", async () => {
    await receiver.close();
    for (let n = 0; n < 3; n++) finish(FIRST + n);
    channel.parts(FIRST + 3, 0);
    await until("a failure", async () => target.status().state === "retrying", 3000);
    await receiver.open();
    await arrived(4);
    await until("the newest to begin", async () => coming === text(FIRST + 3, 1), 5000);
    finish(FIRST + 3, 1);
    await arrived(5);
    expect(receiver.names).toEqual(["v1/init.cmfv", ...[0, 1, 2, 3].map((n) => name(FIRST + n))]);
    expect(receiver.received.map(({ headers }) => headers["transfer-encoding"] ?? "")).toEqual([
      "",
      "",
      "",
      "",
      "chunked",
    ]);
  });

  test("that a receiver refuses at once is asked about once", async () => {
    receiver.behave = (request, response, count) => (count > 0 ? answer(request, response, 403) : undefined);
    channel.parts(FIRST, 0);
    finish(FIRST, 1);
    await until("the refusal", async () => target.status().state === "refused", 3000);
    expect(receiver.requests).toBe(2);
  });

  test("does not keep the packager from ending", async () => {
    channel.parts(FIRST, 0);
    await until("it to begin", async () => coming === text(FIRST, 1), 3000);
    const begun = Date.now();
    await target.close(ms(3000));
    expect(Date.now() - begun).toBeLessThan(1000);
  });
});
