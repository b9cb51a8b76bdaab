import type { NextFunction, Response } from "express";
import type { Milliseconds } from "../time/units.ts";
import type { PublishedChannel } from "./channel-view.ts";
import { sendText } from "./send-text.ts";
import type { Waiters } from "./waiters.ts";

/** What a request waits for, and what becomes of it. */
type Held = {
  readonly waiters: Waiters;
  readonly store: PublishedChannel;
  /** The same for all who wait for the same. */
  readonly key: string;
  readonly isReady: () => boolean;
  readonly patience: Milliseconds;
  readonly clock: () => Milliseconds;
  /** @param heldFor - Milliseconds. */
  readonly answer: (heldFor: number) => void | Promise<void>;
  readonly next: NextFunction;
};

/** Seconds after which who found no room, or waited in vain, may ask again. */
const RETRY_AFTER = "1";

/** Holds a request until what it waits for is there, the client is gone, or it has waited too long. */
export function hold(response: Response, { waiters, store, key, isReady, patience, clock, answer, next }: Held): void {
  if (waiters.isFull) {
    refuse(response, "Too many requests are held already.");
    return;
  }
  const since = clock();
  const forget = waiters.add(
    store,
    key,
    isReady,
    {
      answer: () => {
        response.off("close", forget);
        try {
          return answer(clock() - since)?.catch(next);
        } catch (error) {
          next(error);
          return undefined;
        }
      },
      giveUp: () => {
        response.off("close", forget);
        refuse(response, "What was waited for did not come in time.");
      },
    },
    patience,
  );
  response.once("close", forget);
}

function refuse(response: Response, reason: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.set("Retry-After", RETRY_AFTER);
  sendText(response, 503, reason);
}
