import { expect, test } from "vitest";
import { Waiters } from "../../src/server/waiters.ts";
import { ChannelStore } from "../../src/store/channel-store.ts";
import type { Milliseconds } from "../../src/time/units.ts";

const store = (name: string): ChannelStore =>
  new ChannelStore({ name, segmentDuration: 2000 as Milliseconds, window: 60_000 as Milliseconds, retainBodies: true });

test("when a channel has ended for good, those who wait for it are told at once, and no others", () => {
  const waiters = new Waiters(() => 0 as Milliseconds, new AbortController().signal);
  const [news, sport] = [store("news"), store("sport")];
  const told: string[] = [];
  const wait = (channel: ChannelStore, name: string) =>
    waiters.add(
      channel,
      "next",
      () => false,
      { answer: () => {}, giveUp: (isOver) => told.push(`${name} ${isOver}`) },
      3_600_000 as Milliseconds,
    );
  wait(news, "a");
  wait(news, "b");
  const forget = wait(sport, "c");
  waiters.abandon(news);
  waiters.abandon(store("film"));
  expect([told, waiters.count]).toEqual([["a true", "b true"], 1]);
  forget();
  expect(waiters.count).toBe(0);
});
