import fc from "fast-check";
import { expect, test } from "vitest";
import { SrtReports, type SrtStatistics } from "../../src/input/srt-statistics.ts";
import { SRT_REPORTS } from "./srt-reports.ts";

function statisticsOf(pieces: readonly string[]): SrtStatistics | undefined {
  const reports = new SrtReports();
  for (const piece of pieces) reports.push(piece);
  return reports.statistics;
}

const { undisturbed, retransmitted, dropped } = SRT_REPORTS;

test("before the first report there are none", () => {
  expect(statisticsOf([])).toBeUndefined();
  expect(statisticsOf([undisturbed])).toBeUndefined();
});

test("counts add up over connections, gauges are those of the last report of one that lasts", () => {
  const reports = new SrtReports();
  reports.push(`${undisturbed}\n${retransmitted}\n`);
  const counts = { received: 348, lost: 5, retransmitted: 5, dropped: 0, belated: 0, malformedReports: 0 };
  expect(reports.statistics).toEqual({ ...counts, rttMs: 0.094, latencyMs: 500, bufferMs: 369 });
  reports.end();
  expect(reports.statistics).toEqual(counts);
  reports.push(`${dropped}\n`);
  expect(reports.statistics).toEqual({
    ...counts,
    ...{ received: 397, lost: 6, dropped: 1 },
    ...{ rttMs: 0.181, latencyMs: 500, bufferMs: 465 },
  });
});

test("a report cut short by the end is counted, and spoils none of the next connection", () => {
  const reports = new SrtReports();
  reports.push(dropped.slice(0, 300));
  reports.end();
  reports.push(`${dropped}\n`);
  expect(reports.statistics).toMatchObject({ dropped: 1, malformedReports: 1 });
});

test("a line without an end takes no memory and is one malformed report", () => {
  const reports = new SrtReports();
  for (let i = 0; i < 10_000; i++) reports.push("x".repeat(10_000));
  reports.push(`\n${dropped}\n`);
  expect(reports.statistics).toMatchObject({ dropped: 1, malformedReports: 1 });
});

test("however what the program writes is cut into pieces, the statistics are the same", () => {
  const line = fc.oneof(fc.constantFrom(undisturbed, retransmitted, dropped), fc.string(), fc.json());
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(5000)), (lines, cuts) => {
      const text = lines.map((one) => `${one}\n`).join("");
      const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const pieces = places.slice(1).map((place, i) => text.slice(places[i], place));
      expect(statisticsOf(pieces)).toEqual(statisticsOf([text]));
    }),
  );
});
