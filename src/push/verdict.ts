import type { Delivery } from "./delivery.ts";

/**
 * What an answer means for the object that was sent:
 *
 * - `accepted`: it is there, or gone where it was to be deleted.
 * - `needs-init`: the receiver lacks the init segment: that first, then the object again.
 * - `elsewhere`: the receiver names another place.
 * - `later`: the receiver, or something before it, is not able now: the object again, after a while.
 * - `refused`: so it will be until somebody changes the configuration here or there.
 */
export type Verdict = "accepted" | "needs-init" | "elsewhere" | "later" | "refused";

/** Statuses that only a change of configuration mends: URL, method, credentials, what is sent. */
const REFUSALS: ReadonlySet<number> = new Set([
  400, 401, 403, 404, 405, 406, 407, 410, 411, 413, 414, 415, 421, 431, 451, 501, 505,
]);

const REDIRECTIONS: ReadonlySet<number> = new Set([301, 302, 307, 308]);

/**
 * Judges the status of a response.
 *
 * @param isFresh - The connection has not had an answer before, as after the receiver was started anew. Receivers that keep to other words than
 *   the specification's say 404 or 500 where they lack the init segment.
 * @spec DASH-IF ingest 1.2, "Requirements for HTTP-based ingest" (statuses of receivers)
 */
export function judge(status: number, kind: Delivery["kind"], isFresh: boolean): Verdict {
  if (status >= 200 && status < 300) return "accepted";
  if (kind === "deletion" && (status === 404 || status === 410)) return "accepted";
  if (kind === "segment" && (status === 412 || (isFresh && (status === 404 || status === 500)))) return "needs-init";
  if (REDIRECTIONS.has(status)) return "elsewhere";
  // What lacks of an init segment, receivers do not say.
  return REFUSALS.has(status) || status === 412 || (status >= 300 && status < 400) ? "refused" : "later";
}

/** How long a receiver asks to be left alone, in milliseconds, from `Retry-After`; undefined where it does not, or gives a date. */
export function retryAfter(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,5}$/.test(value) ? Number(value) * 1000 : undefined;
}
