import { expect, test } from "vitest";
import { type QueryNames, queryNames } from "./query-names.ts";

test.for<[query: string, names: QueryNames]>([
  ["up == 0", { selectors: [{ metric: "up", labels: [] }], groupings: [] }],
  [
    'rate(a_total{job="x", code=~"b.+"}[2m])',
    { selectors: [{ metric: "a_total", labels: ["job", "code"] }], groupings: [] },
  ],
  [
    "abs(a - b * on (job, c) group_left (url) d) > 50e-6 unless on (e) f",
    {
      selectors: ["a", "b", "d", "f"].map((metric) => ({ metric, labels: [] })),
      groupings: ["job", "c", "url", "e"],
    },
  ],
  [
    "max without (state) (a) and b",
    { selectors: ["a", "b"].map((metric) => ({ metric, labels: [] })), groupings: ["state"] },
  ],
  ['a{b="c{d}", e!="(f)"}', { selectors: [{ metric: "a", labels: ["b", "e"] }], groupings: [] }],
])("%s", ([query, names]) => {
  expect(queryNames(query)).toEqual(names);
});
