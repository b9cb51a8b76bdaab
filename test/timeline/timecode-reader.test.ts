import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DEFAULT_SAMPLE_30 } from "../../src/simulate/default-sample.ts";
import { readSample } from "../../src/simulate/sample.ts";
import { simulatedRates } from "../../src/simulate/simulated-rates.ts";
import type { Ticks } from "../../src/time/units.ts";
import { formatLabel } from "../../src/timeline/smpte-label.ts";
import { TimecodeReader } from "../../src/timeline/timecode-reader.ts";
import { ffprobe } from "../simulate/ffprobe.ts";
import { on33Bits, record } from "../simulate/recording.ts";
import { lacking } from "../support/lacking.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const sample = readSample(readFileSync(DEFAULT_SAMPLE_30), DEFAULT_SAMPLE_30);
/** Over a minute at which drop-frame leaves out labels. */
const START = (Date.parse("2026-08-02T05:58:55Z") * 90) as Ticks;

/** Hours to frames, whatever stands between them: ffmpeg has its own mind about the flag of drop-frame. */
const digits = (label: string): string => label.replaceAll(";", ":");

describe.skipIf(lacking("ffprobe"))("ffprobe and the reader", () => {
  test.for([...simulatedRates.keys()])("find the same timecode on every picture at %s a second", (name) => {
    const { bytes, pictures } = record(sample, START, 10, { rate: simulatedRates.get(name)! });
    const file = join(folder, `${name}.m2ts`);
    writeFileSync(file, bytes);
    const reader = new TimecodeReader();
    const own = pictures
      .filter(({ pid }) => pid === 0x100)
      .map((picture): [number, string] => [on33Bits(picture.pts), digits(formatLabel(reader.read(picture).smpte!))]);
    const { frames } = ffprobe(file, "-select_streams", "v:0", "-show_entries", "frame=pts:frame_side_data");
    const theirs = frames.map(
      ({ pts, side_data_list = [] }: { pts: number; side_data_list?: { timecodes?: { value: string }[] }[] }) => [
        pts,
        ...side_data_list.flatMap(({ timecodes = [] }) => timecodes.map(({ value }) => digits(value))),
      ],
    );
    expect(own.length).toBeGreaterThan(150);
    expect(theirs).toEqual(own.sort(([a], [b]) => a - b));
  });
});
