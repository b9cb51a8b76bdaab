import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeIngestMpd } from "../../src/manifest/ingest-mpd.ts";
import { objectTemplates } from "../../src/push/object-name.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { lackingDashSchema, validateMpd } from "../support/dash-schema.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { scenarios } from "./scenarios.ts";

const folder = temporaryFolder();
const NOW = Date.UTC(2026, 0, 2, 3, 4, 40) as Milliseconds;

const write = (name: string, naming: "plain" | "m4s" = "plain"): string | undefined =>
  writeIngestMpd(
    scenarios
      .find((one) => one.name === name)!
      .build()
      .snapshot()!,
    NOW,
    (track) => objectTemplates(naming, track),
  );

test("a receiver is told which tracks there are, and numbers that follow from the time", () => {
  const text = write("live-ladder")!;
  expect(text).toContain('availabilityStartTime="1970-01-01T00:00:00Z"');
  expect(text).toContain('initialization="$RepresentationID$/init.cmfv" media="$RepresentationID$/$Number$.cmfv"');
  expect(text).toContain('initialization="$RepresentationID$/init.cmfa" media="$RepresentationID$/$Number$.cmfa"');
  expect(text).toContain('timescale="90000" duration="180000" startNumber="0"');
  expect(text.match(/<Period id="p0" start="PT0S">/g)).toHaveLength(1);
  expect(text).not.toMatch(/BaseURL|SegmentTimeline|UTCTiming/);
  expect(new Set(write("live-ladder", "m4s")!.match(/media="[^"]+"/g))).toEqual(
    new Set(['media="$RepresentationID$/$Number$.m4s"']),
  );
});

test("at 29.97 pictures a second as well", () => {
  expect(write("ntsc")).toMatch(/timescale="\d+" duration="\d+" startNumber="\d+"/);
});

test.skipIf(lackingDashSchema()).for(["live-ladder", "gap", "low-latency-gap"])("is a valid MPD: %s", async (name) => {
  const file = join(folder, `${name}.mpd`);
  writeFileSync(file, write(name)!);
  expect(await validateMpd(file)).toMatchObject({ code: 0 });
});
