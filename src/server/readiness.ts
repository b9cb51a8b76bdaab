import { isStalled } from "../store/is-stalled.ts";
import { wholeAt } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import type { ChannelView } from "./channel-view.ts";

/**
 * Why traffic should not be sent to this packager now.
 *
 * @returns One sentence by channel that is not ready; empty when all are. An ended channel is ready: all of it can be
 *   fetched.
 */
export function unreadyChannels(
  channels: ReadonlyMap<string, ChannelView>,
  now: Milliseconds,
): Readonly<Record<string, string>> {
  const reasons: [string, string][] = [];
  for (const [name, { store }] of channels) {
    const reason = unreadyReason(store, now);
    if (reason !== undefined) reasons.push([name, reason]);
  }
  return Object.fromEntries(reasons);
}

function unreadyReason(store: ChannelView["store"], now: Milliseconds): string | undefined {
  const channel = store.snapshot();
  if (channel === undefined) return "no segment has been published yet";
  if (channel.ended) return undefined;
  const published = channel.tracks.map(({ segments }) => wholeAt(segments.at(-1)!));
  const newest = Math.max(...published);
  if (!isStalled(newest, channel.segmentDuration, now)) return undefined;
  return `no segment has been published for ${((now - newest) / 1000).toFixed(1)} s`;
}
