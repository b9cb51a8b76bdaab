import { defaultQualitySignals } from "../../src/manifest/quality-signals.ts";
import type { PushOptions } from "../../src/push/push-options.ts";
import { defaultPushTimeouts } from "../../src/push/push-options.ts";
import { type PushedChannel, PushTarget } from "../../src/push/push-target.ts";
import { defaultPublishOptions } from "../../src/quality/publish-options.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { a1, v1 } from "../store/media.ts";
import { until } from "../support/until.ts";

/** Waits until the answers to all that arrived were read: the receiver knows of a segment before its sender does. */
export async function allAnswered(target: PushTarget, sent: number): Promise<void> {
  const isAll = (): boolean => target.status().sent === sent && target.status().state === "idle";
  await until(`${sent} answers`, isAll, 8000);
}

export const ms = (value: number): Milliseconds => value as Milliseconds;

/** Opens a target whose publishing point is `/live/news/`, with PUT and plain names, of a channel of two-second segments. */
export function openTarget(
  origin: string,
  changes: string[],
  options: Partial<PushOptions> = {},
  channel: Partial<PushedChannel> = {},
): PushTarget {
  return new PushTarget(
    {
      url: new URL(`${origin}/live/news/`),
      shown: `${origin}/live/news/`,
      ...{ interface: 1, mpd: false, deletes: false, method: "PUT", naming: "plain", cmcd: 2 },
      ...{ queue: ms(20_000), timeouts: defaultPushTimeouts },
      ...options,
    },
    {
      ...{ name: "news", segmentDuration: ms(2000), window: ms(60_000), patience: ms(5000), isLowLatency: false },
      ...{ session: "4f1b0c62", userAgent: "mqa-packager/1", publish: defaultPublishOptions },
      ...{ signals: defaultQualitySignals, clock: () => ms(0) },
      store: { tracks: [v1, a1], targetDuration: 2, snapshot: () => undefined },
      ...channel,
    },
    {
      changed: (what, { state, lastError = "" }) => changes.push(`${what} ${state} ${lastError}`.trim()),
      note: (what, text) => changes.push(`${what}: ${text}`),
    },
  );
}
