import { setImmediate as nextTurn } from "node:timers/promises";
import type { Milliseconds } from "../time/units.ts";
import type { PublishedChannel } from "./channel-view.ts";

/** Each costs a connection and a kilobyte; more clients than this belong behind a cache, which waits once for all of them. */
export const MAX_WAITERS = 20_000;

/** How long answering those who are woken may keep others from being served: a quarter of 20 ms, as garbage is collected meanwhile. */
const SLICE_MS = 5;

/** How often those are looked for who have waited too long. */
const SWEEP_MS = 500;

/** One request that is held. */
export type Waiter = {
  /** What it waits for is there. A promise: the answer is on its way. */
  readonly answer: () => void | Promise<void>;
  /** @param isOver - The channel has ended, or the server closes; else it has waited too long. */
  readonly giveUp: (isOver: boolean) => void;
};

/** Those who wait for the same thing, the oldest first. */
type Group = {
  readonly isReady: () => boolean;
  readonly waiters: Map<Waiter, Milliseconds>;
};

type Watched = { readonly groups: Map<string, Group>; readonly stop: () => void };

/**
 * Requests that are held until something is published.
 *
 * Each is an entry in a list: those who wait for the same are asked about together when their channel changes, and there is one
 * timer for all, while there are any. Many who are woken at once are answered in slices, so that others are served in between.
 */
export class Waiters {
  readonly #clock: () => Milliseconds;
  readonly #channels = new Map<PublishedChannel, Watched>();
  /** Woken and not answered yet. */
  #woken: Waiter[] = [];
  /** Of those who were woken or gave up: they are not answered any more. */
  readonly #gone = new WeakSet<Waiter>();
  #count = 0;
  #timer: NodeJS.Timeout | undefined;
  #isAnswering = false;
  #isClosed = false;

  /** @param closing - All give up, and none can wait any more. */
  constructor(clock: () => Milliseconds, closing: AbortSignal) {
    this.#clock = clock;
    const close = (): void => this.#close();
    if (closing.aborted) close();
    else closing.addEventListener("abort", close, { once: true });
  }

  /** Requests that are held now. */
  get count(): number {
    return this.#count;
  }

  /** None can wait any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** There is no room for another one. */
  get isFull(): boolean {
    return this.#isClosed || this.#count >= MAX_WAITERS;
  }

  /**
   * Holds a request.
   *
   * @param key - What is waited for: the same for all who wait for the same.
   * @param isReady - Whether it is there; asked after each change of the channel.
   * @param patience - How long it waits at most.
   * @returns What forgets it, for a client that is gone.
   */
  add(
    channel: PublishedChannel,
    key: string,
    isReady: () => boolean,
    waiter: Waiter,
    patience: Milliseconds,
  ): () => void {
    const { groups } = this.#watch(channel);
    let group = groups.get(key);
    if (group === undefined) {
      group = { isReady, waiters: new Map() };
      groups.set(key, group);
    }
    group.waiters.set(waiter, (this.#clock() + patience) as Milliseconds);
    this.#count++;
    this.#timer ??= setInterval(() => this.#sweep(), SWEEP_MS).unref();
    const { waiters } = group;
    return () => {
      this.#gone.add(waiter);
      if (!waiters.delete(waiter)) return;
      this.#count--;
      if (waiters.size === 0 && groups.get(key)?.waiters === waiters) groups.delete(key);
      this.#unwatch(channel);
    };
  }

  #watch(channel: PublishedChannel): Watched {
    let watched = this.#channels.get(channel);
    if (watched === undefined) {
      watched = { groups: new Map(), stop: channel.onChange(() => this.#changed(channel)) };
      this.#channels.set(channel, watched);
    }
    return watched;
  }

  #unwatch(channel: PublishedChannel): void {
    const watched = this.#channels.get(channel);
    if (watched?.groups.size === 0) {
      watched.stop();
      this.#channels.delete(channel);
    }
    if (this.#count > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #changed(channel: PublishedChannel): void {
    const { groups } = this.#channels.get(channel)!;
    for (const [key, group] of [...groups]) {
      if (!group.isReady()) continue;
      groups.delete(key);
      this.#count -= group.waiters.size;
      for (const waiter of group.waiters.keys()) this.#woken.push(waiter);
      group.waiters.clear();
    }
    this.#unwatch(channel);
    if (this.#woken.length > 0 && !this.#isAnswering) void this.#answer();
  }

  async #answer(): Promise<void> {
    this.#isAnswering = true;
    let begun = performance.now();
    for (let next = 0; next < this.#woken.length; next++) {
      const waiter = this.#woken[next]!;
      if (this.#gone.has(waiter)) continue;
      const answered = waiter.answer();
      if (answered !== undefined) await answered;
      if (performance.now() - begun < SLICE_MS) continue;
      await nextTurn();
      begun = performance.now();
    }
    this.#woken = [];
    this.#isAnswering = false;
  }

  /** A channel has ended for good: nothing of it is waited for any more. */
  abandon(channel: PublishedChannel): void {
    this.#giveUp([channel], () => true, true);
  }

  #sweep(): void {
    const now = this.#clock();
    this.#giveUp([...this.#channels.keys()], (deadline) => deadline <= now, false);
  }

  #close(): void {
    this.#isClosed = true;
    this.#giveUp([...this.#channels.keys()], () => true, true);
  }

  #giveUp(channels: readonly PublishedChannel[], isDue: (deadline: Milliseconds) => boolean, isOver: boolean): void {
    for (const channel of channels) {
      const groups = this.#channels.get(channel)?.groups ?? new Map<string, Group>();
      for (const [key, { waiters }] of [...groups]) {
        for (const [waiter, deadline] of waiters) {
          if (!isDue(deadline)) continue;
          waiters.delete(waiter);
          this.#count--;
          waiter.giveUp(isOver);
        }
        if (waiters.size === 0) groups.delete(key);
      }
      this.#unwatch(channel);
    }
  }
}
