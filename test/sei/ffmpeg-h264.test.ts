import { describe, expect, test, vi } from "vitest";
import { addEmulationPrevention, removeEmulationPrevention } from "../../src/annexb/emulation-prevention.ts";
import { joinByteStream, splitByteStream } from "../../src/annexb/nal-units.ts";
import { type PicTimingParameters, picTimingParameters } from "../../src/h264/pic-timing-parameters.ts";
import { parseSequenceParameterSet } from "../../src/h264/sequence-parameter-set.ts";
import { readPictureScores } from "../../src/quality/picture-scores.ts";
import { parseSeiMessages, type SeiMessage, writeSeiMessages } from "../../src/sei/message.ts";
import { DEFAULT_MQA_UUIDS } from "../../src/sei/mqa-uuid.ts";
import { payloadTypes } from "../../src/sei/payload-types.ts";
import {
  type PicTiming,
  type PicTimingClockTimestamp,
  parsePicTiming,
  writePicTiming,
} from "../../src/sei/pic-timing.ts";
import { parseRecoveryPoint } from "../../src/sei/recovery-point.ts";
import { formatUuid } from "../../src/sei/user-data-unregistered.ts";
import { encode, probeTimecodes, traceSyntax } from "./ffmpeg.ts";
import { clock, expectTraced, LABELS, traced } from "./traced-timestamps.ts";

vi.setConfig({ testTimeout: 30_000 });

const PICTURES = 12;

const h264Type = (nal: Uint8Array) => nal[0]! & 0x1f;
const h264Sei = (nal: Uint8Array) => parseSeiMessages(removeEmulationPrevention(nal.subarray(1)));
const writeH264Sei = (messages: readonly SeiMessage[]) =>
  Uint8Array.of(6, ...addEmulationPrevention(writeSeiMessages(messages)));

function messagesOfType(stream: Uint8Array, payloadType: number): readonly Uint8Array[] {
  const messages = splitByteStream(stream)
    .nalUnits.filter((nal) => h264Type(nal) === 6)
    .flatMap(h264Sei);
  return messages.filter((message) => message.payloadType === payloadType).map(({ payload }) => payload);
}

function parametersOf(nalUnits: readonly Uint8Array[]): PicTimingParameters {
  return picTimingParameters(parseSequenceParameterSet(nalUnits.find((nal) => h264Type(nal) === 7)!));
}

/** Puts our pic_timing in the place of the encoder's, one a picture, and drops its other SEI. */
function replacePicTiming(stream: Uint8Array, write: (picture: number) => PicTiming) {
  const { nalUnits } = splitByteStream(stream);
  const parameters = parametersOf(nalUnits);
  const written: PicTiming[] = [];
  const replaced = nalUnits.flatMap((nal) => {
    if (h264Type(nal) !== 6) return [nal];
    if (!h264Sei(nal).some(({ payloadType }) => payloadType === payloadTypes.picTiming)) return [];
    const value = write(written.length);
    written.push(value);
    return [writeH264Sei([{ payloadType: payloadTypes.picTiming, payload: writePicTiming(value, parameters) }])];
  });
  expect(written).toHaveLength(PICTURES);
  return { stream: joinByteStream(replaced), written, parameters };
}

const plainX264 = encode("h264", ["-x264-params", "pic-struct=1:keyint=6:bframes=0"]);
const hrdX264 = encode("h264", [
  "-x264-params",
  "pic-struct=1:keyint=6:bframes=0:nal-hrd=vbr:vbv-maxrate=500:vbv-bufsize=500",
]);

describe("FFmpeg as the writer of H.264", () => {
  test("the scores that h264_metadata puts behind x264's own message are read, its NUL byte too", () => {
    const text = '{"MQA-VIDEO":54,"psnr":47.12,"errors":8}';
    const escaped = text.replaceAll(":", "\\\\:").replaceAll(",", "\\,");
    const uuid = "9a21f10c-3a38-4b4e-a000-000000000001";
    const stream = encode("h264", [
      "-x264-params",
      "keyint=6:bframes=0",
      "-bsf:v",
      `h264_metadata=sei_user_data=${uuid}+${escaped}`,
    ]);
    const readings = splitByteStream(stream)
      .nalUnits.filter((nal) => h264Type(nal) === 6)
      .map(h264Sei);
    const [first, second] = readings[0] ?? [];
    expect(formatUuid(first!.payload.subarray(0, 16))).toBe("dc45e9bd-e6d9-48b7-962c-d820d923eeef");
    expect(first!.payload.length).toBeGreaterThan(255);
    expect(second!.payload.at(-1)).toBe(0);
    expect(readings).toHaveLength(2);
    for (const sei of readings) {
      const { scores, problems } = readPictureScores(sei, DEFAULT_MQA_UUIDS);
      expect(Object.fromEntries(scores[0]?.values ?? [])).toEqual({ "mqa-video": 54, psnr: 47.12, errors: 8 });
      expect(problems).toEqual([]);
    }
  });

  test.for([
    ["without HRD parameters", plainX264],
    ["with HRD parameters", hrdX264],
  ] as const)("x264's pic_timing %s is read as FFmpeg reads it, and written byte for byte", ([, stream]) => {
    const parameters = parametersOf(splitByteStream(stream).nalUnits);
    const payloads = messagesOfType(stream, payloadTypes.picTiming);
    const values = payloads.map((payload) => parsePicTiming(payload, parameters));
    expect(values).toHaveLength(PICTURES);
    const trace = traceSyntax("h264", stream);
    expect(values.map(({ picStruct }) => picStruct)).toEqual(traced(trace, "pic_struct"));
    expect(values.flatMap(({ cpbRemovalDelay }) => cpbRemovalDelay ?? [])).toEqual(traced(trace, "cpb_removal_delay"));
    expect(values.flatMap(({ dpbOutputDelay }) => dpbOutputDelay ?? [])).toEqual(traced(trace, "dpb_output_delay"));
    expect(values.map(({ clockTimestamps }) => clockTimestamps)).toEqual(Array(PICTURES).fill([undefined]));
    expect(values.map((value) => writePicTiming(value, parameters))).toEqual(payloads);
  });

  test("the recovery points of gradual refresh are read as FFmpeg reads them", () => {
    const stream = encode("h264", ["-x264-params", "intra-refresh=1:keyint=6:bframes=0"]);
    const points = messagesOfType(stream, payloadTypes.recoveryPoint).map(parseRecoveryPoint);
    const trace = traceSyntax("h264", stream);
    expect(points.length).toBeGreaterThan(0);
    expect(points.map(({ recoveryFrameCnt }) => recoveryFrameCnt)).toEqual(traced(trace, "recovery_frame_cnt"));
    expect(points.map(({ exactMatchFlag }) => Number(exactMatchFlag))).toEqual(traced(trace, "exact_match_flag"));
    expect(points.map(({ brokenLinkFlag }) => Number(brokenLinkFlag))).toEqual(traced(trace, "broken_link_flag"));
  });
});

describe("FFmpeg as the reader of H.264", () => {
  test.for([
    ["without HRD parameters", plainX264],
    ["with HRD parameters", hrdX264],
  ] as const)("ffprobe sees our timecodes %s", ([, source]) => {
    const { stream } = replacePicTiming(source, (picture) => ({
      cpbRemovalDelay: picture,
      dpbOutputDelay: 2,
      picStruct: 0,
      clockTimestamps: [{ ctType: 0, ...clock(picture) }],
    }));
    expect(probeTimecodes("h264", stream)).toEqual(LABELS.map((label) => [label]));
  });

  test("ffprobe sees drop-frame labels", () => {
    const { stream } = replacePicTiming(plainX264, (picture) => {
      const timestamp = clock(picture, {
        countingType: 4,
        cntDroppedFlag: true,
        seconds: 0,
        minutes: 1,
        hours: 10,
        nFrames: 2 + picture,
      });
      return { picStruct: 0, clockTimestamps: [{ ctType: 0, ...timestamp }] };
    });
    const frames = ["02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13"];
    expect(probeTimecodes("h264", stream)).toEqual(frames.map((frame) => [`10:01:00;${frame}`]));
  });

  test.for([
    ["without HRD parameters", plainX264],
    ["with HRD parameters", hrdX264],
  ] as const)("FFmpeg's trace reads every field of every kind of timestamp %s", ([, source]) => {
    const offsets = source === plainX264 ? [-8_388_608, -1, 8_388_607] : [0, 0, 0];
    const { stream, written, parameters } = replacePicTiming(source, (picture) => {
      const { seconds, minutes, hours, ...head } = clock(picture, { fullTimestampFlag: false });
      const partial = [{}, { seconds: 7 }, { seconds: 8, minutes: 9 }, { seconds: 10, minutes: 11, hours: 12 }][
        picture % 4
      ];
      const first: PicTimingClockTimestamp = {
        ctType: picture % 3,
        ...head,
        ...partial,
        timeOffset: offsets[picture % 3]!,
      };
      const second = { ctType: 2, ...clock(picture, { countingType: 6, discontinuityFlag: true, nFrames: 255 }) };
      const shapes = [[first], [first, second], [undefined, second], [first, undefined, second]] as const;
      const picStruct = [0, 7, 3, 5][picture % 4]!;
      return {
        cpbRemovalDelay: 3 * picture,
        dpbOutputDelay: picture,
        picStruct,
        clockTimestamps: shapes[picture % 4]!,
      };
    });
    expect(parameters.timeOffsetLength).toBe(source === plainX264 ? 24 : 0);
    const trace = traceSyntax("h264", stream);
    expect(traced(trace, "pic_struct")).toEqual(written.map(({ picStruct }) => picStruct));
    const timestamps = written.flatMap(({ clockTimestamps }) => clockTimestamps);
    expectTraced(trace, timestamps);
    const present = timestamps.flatMap((timestamp) => timestamp ?? []);
    const unitsFlags = present.map(({ unitsFieldBasedFlag }) => Number(unitsFieldBasedFlag));
    expect(traced(trace, "nuit_field_based_flag")).toEqual(unitsFlags);
    expect(traced(trace, "ct_type")).toEqual(present.map(({ ctType }) => ctType));
    const offsetsSent = parameters.timeOffsetLength > 0 ? present.map(({ timeOffset }) => timeOffset) : [];
    expect(traced(trace, "time_offset")).toEqual(offsetsSent);
  });
});
