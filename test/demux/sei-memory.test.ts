import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { removeEmulationPrevention } from "../../src/annexb/emulation-prevention.ts";
import type { VideoAccessUnit } from "../../src/demux/access-unit.ts";
import { sampleNalUnits } from "../../src/demux/sample-memory.ts";
import { TransportDemuxer } from "../../src/demux/transport-demuxer.ts";
import { nalUnitType, nalUnitTypes } from "../../src/h264/nal-unit-type.ts";
import { parseSeiMessages } from "../../src/sei/message.ts";

const SAMPLE = new URL("../../samples/testcard-25.m2ts", import.meta.url);

test("SEI messages still say what they said after all that follows has been read", () => {
  const demuxer = new TransportDemuxer();
  const events = [...demuxer.push(readFileSync(SAMPLE)), ...demuxer.flush()];
  const pictures = events
    .filter((event) => event.kind === "access-unit")
    .map(({ unit }) => unit)
    .filter((unit): unit is VideoAccessUnit => unit.kind === "video");
  expect(pictures.length).toBeGreaterThan(100);
  expect(pictures.every(({ sei }) => sei.length > 0)).toBe(true);
  for (const { sei, sample } of pictures) {
    // The sample has memory of its own, so its NAL units are what was sent.
    const sent = sampleNalUnits(sample)
      .filter((nal) => nalUnitType(nal) === nalUnitTypes.sei)
      .flatMap((nal) => parseSeiMessages(removeEmulationPrevention(nal).subarray(1)));
    expect(sei).toStrictEqual(sent);
  }
});
