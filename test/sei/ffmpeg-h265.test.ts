import { expect, test, vi } from "vitest";
import { addEmulationPrevention } from "../../src/annexb/emulation-prevention.ts";
import { joinByteStream, splitByteStream } from "../../src/annexb/nal-units.ts";
import { type SeiMessage, writeSeiMessages } from "../../src/sei/message.ts";
import { writeMqa } from "../../src/sei/mqa.ts";
import { OWN_MQA_UUID } from "../../src/sei/mqa-uuid.ts";
import { payloadTypes } from "../../src/sei/payload-types.ts";
import { parseTimeCode, type TimeCode, writeTimeCode } from "../../src/sei/time-code.ts";
import { formatUuid, parseUuid } from "../../src/sei/user-data-unregistered.ts";
import { encode, probeTimecodes, traceSyntax } from "./ffmpeg.ts";
import { clock, expectTraced, LABELS, traced } from "./traced-timestamps.ts";

vi.setConfig({ testTimeout: 30_000 });

const PICTURES = 12;
const h265Type = (nal: Uint8Array) => (nal[0]! >> 1) & 0x3f;
const writeH265Sei = (messages: readonly SeiMessage[]) =>
  Uint8Array.of(39 << 1, 1, ...addEmulationPrevention(writeSeiMessages(messages)));

const source = encode("hevc", ["-x265-params", "log-level=none:keyint=6:bframes=0:slices=1:pools=none"]);

/** Puts a message before the first slice of every picture. */
function insertSei(write: (picture: number) => SeiMessage): Uint8Array {
  let picture = 0;
  const nalUnits = splitByteStream(source).nalUnits.flatMap((nal) => {
    const firstSlice = h265Type(nal) < 32 && (nal[2]! & 0x80) !== 0;
    return firstSlice ? [writeH265Sei([write(picture++)]), nal] : [nal];
  });
  expect(picture).toBe(PICTURES);
  return joinByteStream(nalUnits);
}

const timeCodeMessage = (value: TimeCode) => ({ payloadType: payloadTypes.timeCode, payload: writeTimeCode(value) });

test("ffprobe sees our timecodes", () => {
  const stream = insertSei((picture) =>
    timeCodeMessage({ clockTimestamps: [{ ...clock(picture), timeOffsetLength: 0 }] }),
  );
  expect(probeTimecodes("hevc", stream)).toEqual(LABELS.map((label) => [label]));
});

test("FFmpeg's trace reads every field of every kind of timestamp", () => {
  const written: TimeCode[] = [];
  const stream = insertSei((picture) => {
    const { seconds, minutes, hours, ...head } = clock(picture, { fullTimestampFlag: false });
    const partial = [{}, { seconds: 7 }, { seconds: 8, minutes: 9 }, { seconds: 10, minutes: 11, hours: 12 }][
      picture % 4
    ];
    const first = { ...head, ...partial, timeOffsetLength: 5, timeOffset: [-16, -1, 15][picture % 3]! };
    const second = {
      ...clock(picture, { nFrames: 344, cntDroppedFlag: true, timeOffset: -(2 ** 30) }),
      timeOffsetLength: 31,
    };
    const shapes = [[first], [undefined, second], [first, undefined, second], [second, first, undefined]] as const;
    const value = { clockTimestamps: shapes[picture % 4]! };
    expect(parseTimeCode(writeTimeCode(value))).toEqual(value);
    written.push(value);
    return timeCodeMessage(value);
  });
  const trace = traceSyntax("hevc", stream);
  const timestamps = written.flatMap(({ clockTimestamps }) => clockTimestamps);
  expectTraced(trace, timestamps);
  const present = timestamps.flatMap((timestamp) => timestamp ?? []);
  const unitsFlags = present.map(({ unitsFieldBasedFlag }) => Number(unitsFieldBasedFlag));
  expect(traced(trace, "units_field_based_flag")).toEqual(unitsFlags);
  expect(traced(trace, "time_offset_length")).toEqual(present.map(({ timeOffsetLength }) => timeOffsetLength));
  expect(traced(trace, "time_offset_value")).toEqual(present.map(({ timeOffset }) => timeOffset));
});

test("FFmpeg's trace finds our quality message as user data", () => {
  const payload = writeMqa(parseUuid(OWN_MQA_UUID), "frame", new Map([["psnr", 40.5]]));
  const stream = insertSei(() => ({ payloadType: payloadTypes.userDataUnregistered, payload }));
  const trace = traceSyntax("hevc", stream);
  const uuids = traced(trace, "uuid_iso_iec_11578");
  const ours = formatUuid(Uint8Array.from(uuids.slice(-16)));
  expect(ours).toBe(OWN_MQA_UUID);
  const text = new TextDecoder().decode(Uint8Array.from(traced(trace, "user_data_payload_byte")));
  expect(text.split("scope=frame, psnr=40.5")).toHaveLength(PICTURES + 1);
});
