import { expect, test } from "vitest";
import { parseIsoTime } from "../../src/cli/iso-time.ts";

test.for([
  ["1970-01-01T00:00:00Z", 0],
  ["2026-08-01", Date.UTC(2026, 7, 1)],
  ["2026-08-01T23:59Z", Date.UTC(2026, 7, 1, 23, 59)],
  ["2026-08-01T23:59:58.125Z", Date.UTC(2026, 7, 1, 23, 59, 58, 125)],
  ["2026-08-01T23:59:58+02:00", Date.UTC(2026, 7, 1, 21, 59, 58)],
] as const)("%s", ([text, time]) => {
  expect(parseIsoTime("--start", text)).toBe(time);
});

test.for([
  "",
  "now",
  "1785629952",
  "2026-08-01T12:00:00",
  "2026-08-01 12:00:00Z",
  "2026-13-01",
  "2026-02-30T00:00:00Z",
  "1969-12-31T23:59:59Z",
])("%j is refused", (text) => {
  expect(() => parseIsoTime("--begin", text)).toThrow(/^--begin: ".*" is not allowed; it must be an ISO 8601 date/);
});
