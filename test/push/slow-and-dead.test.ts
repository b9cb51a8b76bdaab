import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, expect, test } from "vitest";
import { defaultPushTimeouts } from "../../src/push/push-options.ts";
import type { PushTarget } from "../../src/push/push-target.ts";
import type { Segment } from "../../src/store/segment.ts";
import { FIRST, v1, videoInit, videoSegment } from "../store/media.ts";
import { until } from "../support/until.ts";
import { allAnswered, ms, openTarget } from "./pushed.ts";
import { Receiver } from "./receiver.ts";

const changes: string[] = [];
let targets: PushTarget[] = [];

afterEach(async () => {
  await Promise.all(targets.map((target) => target.close(ms(0))));
  targets = [];
});

const init = { ...videoInit("0a"), bytes: Buffer.from("[init]") };

function video(n: number, size: number): Segment {
  return { ...videoSegment(FIRST + n, init), body: [Buffer.alloc(size, n)], size };
}

test("a receiver that takes 10 kB a second delays neither the channel nor another, and gets the newest", async () => {
  const slow = new Receiver();
  const quick = new Receiver();
  await Promise.all([slow.open(), quick.open()]);
  slow.behave = (request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        await sleep(chunk.length / 10);
      }
      const { method = "", url = "", headers } = request;
      slow.received.push({ method, url, headers, body: Buffer.concat(chunks), connection: 0 });
      response.end();
    })();
    return true;
  };
  // A segment takes two seconds there, as long as it lasts, where one waits for another.
  const options = { queue: ms(6000), timeouts: { ...defaultPushTimeouts, idle: ms(2000) } };
  const [behind, other] = [slow, quick].map(({ origin }) => openTarget(origin, changes, options)) as [
    PushTarget,
    PushTarget,
  ];
  targets = [behind, other];
  let longest = 0;
  for (let n = 0; n < 12; n++) {
    const begun = performance.now();
    for (const target of targets) target.push(v1, video(n, 20_000));
    longest = Math.max(longest, performance.now() - begun);
    await sleep(200);
  }
  // Nothing that takes a loop of its own: the channel goes on at once.
  expect(longest).toBeLessThan(100);
  await until("the other to have all", async () => quick.received.length === 13, 2000);
  await until("the newest to arrive", async () => slow.names.includes(`v1/${FIRST + 11}.cmfv`), 20_000);
  await until("all of it to arrive", async () => behind.status().sent === 12, 40_000);
  expect(slow.names.indexOf(`v1/${FIRST + 11}.cmfv`)).toBeLessThan(slow.names.length - 1);
  expect(new Set(slow.names).size).toBe(13);
  for (const { url, body } of slow.received) if (!url.includes("init")) expect(body.length).toBe(20_000);
  await allAnswered(other, 12);
  expect(other.status()).toMatchObject({ retried: 0, lost: 0 });
  expect(behind.status()).toMatchObject({ sent: 12, lost: 0 });
  await Promise.all([slow.close(), quick.close()]);
}, 90_000);

test("of ten minutes in which a target is dead no more is kept than the window and the queue", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const dead = new Receiver();
  await dead.open();
  await dead.close();
  const target = openTarget(dead.origin, changes, { queue: ms(20_000) }, { window: ms(60_000) });
  targets = [target];
  const pushed: WeakRef<Segment>[] = [];
  const push = (n: number): void => {
    const segment = video(n, 100_000);
    pushed.push(new WeakRef(segment));
    target.push(v1, segment);
  };
  for (let n = 0; n < 300; n++) {
    push(n);
    // Attempts go on meanwhile.
    if (n % 10 === 0) await sleep(1);
  }
  await sleep(50);
  collect();
  const alive = pushed.filter((reference) => reference.deref() !== undefined).length;
  // Sixty seconds of two each, what waits in order, and what is being tried.
  expect(alive).toBeGreaterThanOrEqual(30);
  expect(alive).toBeLessThanOrEqual(42);
  const { sent, lost } = target.status();
  expect([sent, lost > 250]).toEqual([0, true]);
});
