import { createHash, timingSafeEqual } from "node:crypto";

/** Whether a request has the credentials that are asked for: compared in the same time whatever they are. */
export function isAuthorized(given: string | undefined, asked: string): boolean {
  return given !== undefined && timingSafeEqual(digest(given), digest(asked));
}

/** What is asked for, without what it is. @spec RFC 9110, 11.6.1; RFC 6750, 3 */
export function challenge(asked: string): string {
  return `${asked.startsWith("Bearer ") ? "Bearer" : "Basic"} realm="mqa-packager receive"`;
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
