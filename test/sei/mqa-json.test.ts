import fc from "fast-check";
import { expect, test } from "vitest";
import { parseMqa } from "../../src/sei/mqa.ts";
import { writeMqaJson } from "../../src/sei/mqa-json.ts";
import { type MqaMetricName, mqaMetricNames, mqaRanges } from "../../src/sei/mqa-metric.ts";
import { DEFAULT_MQA_UUIDS, OWN_MQA_UUID } from "../../src/sei/mqa-uuid.ts";
import { parseUuid } from "../../src/sei/user-data-unregistered.ts";

const uuid = parseUuid(OWN_MQA_UUID);

test("names are upper case, after the scope", () => {
  const payload = writeMqaJson(uuid, "gop", new Map([["mqa-video", 54] as const, ["psnr", 47.12] as const]));
  expect(new TextDecoder().decode(payload.subarray(16))).toBe('{"scope":"gop","MQA-VIDEO":54,"PSNR":47.12}');
});

test("what is written is what is read", () => {
  const values = fc.constantFrom(...mqaMetricNames).chain((name) => {
    const { min, max, whole } = mqaRanges[name];
    const value = whole
      ? fc.integer({ min, max })
      : fc.double({ min, max, noNaN: true }).filter((one) => !Object.is(one, -0));
    return value.map((value): readonly [MqaMetricName, number] => [name, value]);
  });
  fc.assert(
    fc.property(fc.constantFrom("frame", "gop", "segment"), fc.array(values), (scope, entries) => {
      const map = new Map(entries);
      expect(parseMqa(writeMqaJson(uuid, scope, map), DEFAULT_MQA_UUIDS)).toMatchObject({
        scope,
        values: [...map],
        problems: [],
      });
    }),
  );
});

test("a value out of its range is a mistake of the caller", () => {
  expect(() => writeMqaJson(uuid, "frame", new Map([["psnr", -1]]))).toThrow(RangeError);
});
