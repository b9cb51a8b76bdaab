import { qualityHeaderNames } from "../quality/publish-profiles.ts";

/** Sent with every answer: any page may read everything here, the quality headers above all. */
export const COMMON_HEADERS: Readonly<Record<string, string>> = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": `${qualityHeaderNames.join(", ")}, Date, Content-Length, Content-Range, ETag, Retry-After`,
  "X-Content-Type-Options": "nosniff",
};
