import { expect, test } from "vitest";
import { objectName } from "../../src/push/object-name.ts";
import { judge, retryAfter, type Verdict } from "../../src/push/verdict.ts";
import { a1, v1 } from "../store/media.ts";

test("objects are named as receivers of DASH-IF ingest take them", () => {
  const names = (["plain", "m4s", "streams", "served"] as const).map((naming) =>
    [v1, a1].flatMap((track) => [{ id: "0f3a" }, 897].map((what) => objectName(naming, track, what))),
  );
  expect(names).toEqual([
    ["v1/init.cmfv", "v1/897.cmfv", "a1/init.cmfa", "a1/897.cmfa"],
    ["v1/init.mp4", "v1/897.m4s", "a1/init.mp4", "a1/897.m4s"],
    ["Streams(v1.cmfv)", "Streams(v1.cmfv)", "Streams(a1.cmfa)", "Streams(a1.cmfa)"],
    ["v1/init-0f3a.mp4", "v1/897.m4s", "a1/init-0f3a.mp4", "a1/897.m4s"],
  ]);
});

/** docs/ingest.md has the same table. */
test.for<[status: number, verdict: Verdict, onFreshConnection?: Verdict]>([
  [200, "accepted"],
  [201, "accepted"],
  [204, "accepted"],
  [301, "elsewhere"],
  [304, "refused"],
  [307, "elsewhere"],
  [400, "refused"],
  [401, "refused"],
  [403, "refused"],
  [404, "refused", "needs-init"],
  [405, "refused"],
  [408, "later"],
  [409, "later"],
  [412, "needs-init"],
  [413, "refused"],
  [415, "refused"],
  [425, "later"],
  [429, "later"],
  [500, "later", "needs-init"],
  [502, "later"],
  [503, "later"],
  [504, "later"],
  [599, "later"],
])("%s is %s", ([status, verdict, fresh = verdict]) => {
  expect([judge(status, "segment", false), judge(status, "segment", true)]).toEqual([verdict, fresh]);
  // What is no segment needs no init segment.
  const other = verdict === "needs-init" ? "refused" : verdict;
  for (const kind of ["init", "manifest"] as const) expect(judge(status, kind, true)).toBe(other);
});

test("what is not there need not be deleted", () => {
  expect([204, 404, 410, 405, 503].map((status) => judge(status, "deletion", true))).toEqual([
    ...["accepted", "accepted", "accepted", "refused", "later"],
  ]);
});

test("Retry-After is read where it is a number of seconds", () => {
  expect(["5", "0", "-1", "1e3", "Wed, 21 Oct 2026 07:28:00 GMT", undefined].map(retryAfter)).toEqual([
    5000,
    0,
    ...Array(4).fill(undefined),
  ]);
});
