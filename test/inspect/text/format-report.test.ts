import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { InspectionReport } from "../../../src/inspect/report.ts";
import { StreamInspector } from "../../../src/inspect/stream-inspector.ts";
import { formatReport } from "../../../src/inspect/text/format-report.ts";
import { WIDTH } from "../../../src/inspect/text/layout.ts";
import { DEFAULT_MQA_UUIDS } from "../../../src/sei/mqa-uuid.ts";
import { DEFAULT_SAMPLE } from "../../../src/simulate/default-sample.ts";
import type { Milliseconds } from "../../../src/time/units.ts";
import { inspect, simulated } from "../streams.ts";
import { troubledReport } from "./troubled-report.ts";

const encoder = simulated("2026-08-01T23:59:50Z", 10);

/** A live encoder, joined in the middle, with a timecode beside the host's clock. */
function live(): InspectionReport {
  const inspector = new StreamInspector({ mqaUuids: DEFAULT_MQA_UUIDS });
  const arrival = Date.parse("2026-08-01T23:59:55Z") as Milliseconds;
  inspector.push(encoder.subarray(188 * 7000, 188 * 15_000), arrival);
  return inspector.finish(true);
}

const empty: InspectionReport = inspect(new Uint8Array(0));

test.for([
  ["sample", () => inspect(new Uint8Array(readFileSync(DEFAULT_SAMPLE)))],
  ["encoder", () => inspect(encoder)],
  ["live", live],
  ["no-transport-stream", () => inspect(new TextEncoder().encode("This is a text.\n".repeat(100)))],
  ["troubled", () => troubledReport],
] as const)("the report on %s is as kept, in at most 100 columns", async ([name, report]) => {
  const text = formatReport(name, report());
  await expect(text).toMatchFileSnapshot(`../../golden/inspect/${name}.txt`);
  expect(text.split("\n").filter((line) => line.length > WIDTH)).toEqual([]);
});

test("a track without a picture says so and nothing else", () => {
  const text = formatReport("x", troubledReport);
  const section = text.slice(text.indexOf("VIDEO 0x1012"));
  expect(section.split("\n\n")[0]).toBe(
    "VIDEO 0x1012\n  Format          h264, but no picture arrived that can be decoded",
  );
});

test.for([
  [11.11, "11.11 ms after video"],
  [-21.33, "21.33 ms before video"],
  [0, "with video"],
] as const)("a start %d ms after video is %s", ([startAfterVideoMs, text]) => {
  const report = { ...empty, audio: [{ ...troubledReport.audio[0]!, startAfterVideoMs }] };
  expect(formatReport("x", report)).toContain(`  Start           ${text}\n`);
});
