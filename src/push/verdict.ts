/**
 * What an answer means for the object that was sent:
 *
 * - `accepted`: it is there.
 * - `needs-init`: the receiver lacks the init segment: that first, then the object again.
 * - `later`: the receiver, or something before it, is not able now: the object again, after a while.
 * - `refused`: so it will be until somebody changes the configuration here or there.
 */
export type Verdict = "accepted" | "needs-init" | "later" | "refused";

/** Statuses that only a change of configuration mends: URL, method, credentials, what is sent. */
const REFUSALS: ReadonlySet<number> = new Set([
  400, 401, 403, 404, 405, 406, 407, 410, 411, 413, 414, 415, 421, 431, 451, 501, 505,
]);

/**
 * Judges the status of a response.
 *
 * @param isFresh - The connection has not had an answer before, as after the receiver was started anew. Receivers that keep to other words than
 *   the specification's say 404 or 500 where they lack the init segment.
 * @spec DASH-IF ingest 1.2, "Requirements for HTTP-based ingest" (statuses of receivers)
 */
export function judge(status: number, isFresh: boolean): Verdict {
  if (status >= 200 && status < 300) return "accepted";
  if (status === 412) return "needs-init";
  if (isFresh && (status === 404 || status === 500)) return "needs-init";
  return REFUSALS.has(status) || (status >= 300 && status < 400) ? "refused" : "later";
}

/** How long a receiver asks to be left alone, in milliseconds, from `Retry-After`; undefined where it does not, or gives a date. */
export function retryAfter(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,5}$/.test(value) ? Number(value) * 1000 : undefined;
}
