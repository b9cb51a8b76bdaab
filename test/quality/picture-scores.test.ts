import { expect, test } from "vitest";
import { readPictureScores } from "../../src/quality/picture-scores.ts";
import type { SeiMessage } from "../../src/sei/message.ts";
import { type MqaScope, writeMqa } from "../../src/sei/mqa.ts";
import type { MqaMetricName } from "../../src/sei/mqa-metric.ts";
import { DEFAULT_MQA_UUIDS, OWN_MQA_UUID, parseMqaUuid } from "../../src/sei/mqa-uuid.ts";
import { payloadTypes } from "../../src/sei/payload-types.ts";
import { parseUuid, writeUserDataUnregistered } from "../../src/sei/user-data-unregistered.ts";

const uuid = parseUuid(OWN_MQA_UUID);

function userData(payload: Uint8Array): SeiMessage {
  return { payloadType: payloadTypes.userDataUnregistered, payload };
}

function text(content: string, by = uuid): SeiMessage {
  return userData(writeUserDataUnregistered({ uuid: by, data: new TextEncoder().encode(content) }));
}

function scores(values: Partial<Record<MqaMetricName, number>>, scope: MqaScope = "frame"): SeiMessage {
  return userData(writeMqa(uuid, scope, new Map(Object.entries(values) as [MqaMetricName, number][])));
}

const captions: SeiMessage = { payloadType: payloadTypes.userDataRegistered, payload: Uint8Array.of(0xb5, 0, 0x31) };
const x264 = text("x264 - core 164", parseUuid("dc45e9bd-e6d9-48b7-962c-d820d923eeef"));
const misb = text("\x1f\0\x06", parseUuid("4d495350-6d69-6372-6f73-656374696d65"));

test("a picture whose SEI is all of other makers has no scores and no problems", () => {
  expect(readPictureScores([captions, x264, misb], DEFAULT_MQA_UUIDS)).toEqual({ scores: [], problems: [] });
  expect(readPictureScores([], DEFAULT_MQA_UUIDS)).toEqual({ scores: [], problems: [] });
});

test("scores are found among other messages", () => {
  const { scores: found, problems } = readPictureScores(
    [captions, x264, scores({ psnr: 40 }), misb],
    DEFAULT_MQA_UUIDS,
  );
  expect(found).toEqual([{ scope: "frame", values: [["psnr", 40]] }]);
  expect(problems).toEqual([]);
});

test("several messages are one, the later value of a name counts", () => {
  const sei = [scores({ psnr: 40, vmaf: 90 }), text('{"PSNR": 41, "ssim": 0.9}')];
  expect(readPictureScores(sei, DEFAULT_MQA_UUIDS).scores).toEqual([
    {
      scope: "frame",
      values: [
        ["psnr", 41],
        ["vmaf", 90],
        ["ssim", 0.9],
      ],
    },
  ]);
});

test("names of no known metric are kept beside the others, and merged like them", () => {
  const sei = [text("x-sharp=3, psnr=40"), text("x-sharp=4, psnr=41, x-more=1")];
  expect(readPictureScores(sei, DEFAULT_MQA_UUIDS).scores).toEqual([
    {
      scope: "frame",
      values: [
        ["psnr", 41],
        ["x-sharp", 4],
        ["x-more", 1],
      ],
    },
  ]);
});

test("scopes are kept apart", () => {
  const sei = [scores({ psnr: 40 }), scores({ psnr: 30, vmaf: 80 }, "gop"), scores({ psnr: 20 }, "segment")];
  expect(readPictureScores(sei, DEFAULT_MQA_UUIDS).scores).toEqual([
    { scope: "frame", values: [["psnr", 40]] },
    {
      scope: "gop",
      values: [
        ["psnr", 30],
        ["vmaf", 80],
      ],
    },
    { scope: "segment", values: [["psnr", 20]] },
  ]);
});

test("a message that cannot be read is reported and leaves the others alone", () => {
  const sei = [text("no, not this"), scores({ psnr: 40 }), userData(uuid.subarray(0, 15))];
  const { scores: found, problems } = readPictureScores(sei, DEFAULT_MQA_UUIDS);
  expect(found).toEqual([{ scope: "frame", values: [["psnr", 40]] }]);
  expect(problems).toEqual([
    { code: "mqa-malformed", count: 1, detail: "12 characters that are no RFC 8941 dictionary" },
    { code: "sei-malformed", count: 1, detail: "user data of 15 bytes has no room for its UUID" },
  ]);
});

test("a value that is wrong is reported; it does not undo an earlier one", () => {
  const { scores: found, problems } = readPictureScores([scores({ vmaf: 90 }), text("vmaf=101")], DEFAULT_MQA_UUIDS);
  expect(found).toEqual([{ scope: "frame", values: [["vmaf", 90]] }]);
  expect(problems).toEqual([{ code: "mqa-value", count: 1, detail: "vmaf is 101, not a number from 0 to 100" }]);
});

test("an operator's UUID replaces the default ones", () => {
  const own = parseUuid("01234567-89ab-4cde-8f01-234567890abc");
  const uuids = [parseMqaUuid("01234567-89ab-4cde-8")];
  expect(readPictureScores([text("psnr=40", own)], uuids).scores).toHaveLength(1);
  expect(readPictureScores([text("psnr=40", own)], DEFAULT_MQA_UUIDS).scores).toEqual([]);
  expect(readPictureScores([scores({ psnr: 40 })], uuids).scores).toEqual([]);
});
