import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSrtReport, type SrtReport } from "../../src/input/srt-report.ts";
import { SRT_REPORTS } from "./srt-reports.ts";

const none = { received: 0, lost: 0, retransmitted: 0, dropped: 0, belated: 0 };
const empty: SrtReport = { counts: none, gauges: {} };

test.for<[name: string, line: string, report: SrtReport | undefined]>([
  [
    "of a network that loses nothing",
    SRT_REPORTS.undisturbed,
    { counts: { ...none, received: 297 }, gauges: { rttMs: 0.103, latencyMs: 500, bufferMs: 268 } },
  ],
  [
    "with packets sent again",
    SRT_REPORTS.retransmitted,
    {
      counts: { ...none, received: 51, lost: 5, retransmitted: 5 },
      gauges: { rttMs: 0.094, latencyMs: 500, bufferMs: 369 },
    },
  ],
  [
    "with a packet given up",
    SRT_REPORTS.dropped,
    {
      counts: { ...none, received: 49, lost: 1, dropped: 1 },
      gauges: { rttMs: 0.181, latencyMs: 500, bufferMs: 465 },
    },
  ],
  [
    "with numbers that are none",
    SRT_REPORTS.undisturbed.replace(/"(mbitRate|rtt|bandwidth)":[\d.]+/g, '"$1":-nan'),
    { counts: { ...none, received: 297 }, gauges: { latencyMs: 500, bufferMs: 268 } },
  ],
  ["that lacks everything", '{"recv":{}}', empty],
  ["with a link that is none", '{"link":7,"recv":{"packetsBelated":2}}', { ...empty, counts: { ...none, belated: 2 } }],
  ["with gauges that are none", '{"link":{"rtt":"1"},"recv":{"msBuf":-1,"msTsbPdDelay":1e9}}', empty],
  [
    "with the largest count",
    '{"recv":{"packets":2147483647}}',
    { ...empty, counts: { ...none, received: 0x7fffffff } },
  ],
  ["with a larger one", '{"recv":{"packets":2147483648}}', undefined],
  ["with an infinite one", '{"recv":{"packets":1e999}}', undefined],
  ["with a negative one", '{"recv":{"packetsLost":-1}}', undefined],
  ["with half a packet", '{"recv":{"packetsLost":0.5}}', undefined],
  ["with a text for a count", '{"recv":{"packetsLost":"1"}}', undefined],
  ["cut short", SRT_REPORTS.dropped.slice(0, -1), undefined],
  ["with another behind it", SRT_REPORTS.dropped.repeat(2), undefined],
  ["of another kind", '{"bandwidth":12}', undefined],
  ["that is no object", "[1]", undefined],
  ["that is null", "null", undefined],
  ["that is empty", "", undefined],
  ["that is deep", "[".repeat(8192), undefined],
])("a report %s", ([, line, report]) => {
  expect(parseSrtReport(line)).toEqual(report);
});

test("any text and any JSON is a report or none", () => {
  const key = fc.constantFrom("recv", "link", "packets", "packetsLost", "rtt", "msBuf", "__proto__", "x");
  const value = fc.letrec((tie) => ({
    any: fc.oneof(fc.double(), fc.string(), fc.constant(null), fc.dictionary(key, tie("any"), { maxKeys: 4 })),
  })).any;
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.dictionary(key, value).map((v) => JSON.stringify(v)),
      ),
      (line) => {
        const report = parseSrtReport(line);
        if (report === undefined) return;
        for (const count of Object.values(report.counts)) expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        for (const gauge of Object.values(report.gauges)) expect(Number.isFinite(gauge) && gauge >= 0).toBe(true);
      },
    ),
  );
});
