import type { ServerResponse } from "node:http";
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
  /** Instead of refusing, where it has waited too long; not where the channel has ended or the server closes. */
  readonly giveUp?: (() => void) | undefined;
  /** Told of what `answer` throws. */
  readonly failed: (error: unknown) => void;
};

/** Seconds after which who found no room, or waited in vain, may ask again. */
const RETRY_AFTER = "1";

/** Holds a request until what it waits for is there, the client is gone, or it has waited too long. */
export function hold(
  response: ServerResponse,
  { waiters, store, key, isReady, patience, clock, answer, giveUp, failed }: Held,
): void {
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
          return answer(clock() - since)?.catch(failed);
        } catch (error) {
          failed(error);
          return undefined;
        }
      },
      giveUp: (isOver) => {
        response.off("close", forget);
        if (giveUp === undefined || isOver) {
          refuse(response, "What was waited for did not come in time.");
          return;
        }
        try {
          giveUp();
        } catch (error) {
          failed(error);
        }
      },
    },
    patience,
  );
  response.once("close", forget);
}

function refuse(response: ServerResponse, reason: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.setHeader("Retry-After", RETRY_AFTER);
  sendText(response, 503, reason);
}
