import fc from "fast-check";
import { serializeDictionary, Token } from "structured-headers";
import { expect, test } from "vitest";
import { type MqaScope, parseMqa, writeMqa } from "../../src/sei/mqa.ts";
import { acceptMqaValue, type MqaMetricName, mqaMetricNames, mqaRanges } from "../../src/sei/mqa-metric.ts";
import { DEFAULT_MQA_UUIDS, OWN_MQA_UUID } from "../../src/sei/mqa-uuid.ts";
import { parseUuid, writeUserDataUnregistered } from "../../src/sei/user-data-unregistered.ts";
import { expectTotal, thrownCode } from "./malformed.ts";

const OURS = parseUuid(OWN_MQA_UUID);
const payload = (text: string) => writeUserDataUnregistered({ uuid: OURS, data: new TextEncoder().encode(text) });

/** Any numbers that the text can hold, for any metrics. */
const anyValues: fc.Arbitrary<ReadonlyMap<MqaMetricName, number>> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...mqaMetricNames), fc.double({ min: 0, max: 1, noNaN: true })), {
    selector: ([name]) => name,
  })
  .map((pairs) => new Map(pairs.map(([name, share]) => [name, inRange(name, share)])));

function inRange(name: MqaMetricName, share: number): number {
  const { min, max, whole } = mqaRanges[name];
  const unit = whole ? 1 : 1000;
  // Adding 0 turns -0, which no text tells from 0, into 0.
  return Math.round((min + share * (max - min)) * unit) / unit + 0;
}

test("any scores come back as they were written", () => {
  const scope = fc.constantFrom<MqaScope>("frame", "gop", "segment");
  fc.assert(
    fc.property(scope, anyValues, (scope, values) => {
      const message = parseMqa(writeMqa(OURS, scope, values), DEFAULT_MQA_UUIDS);
      expect(message).toEqual({ scope, values: [...values], unknown: [], problems: [] });
    }),
    { numRuns: 300 },
  );
});

test("any scores are written as structured-headers would", () => {
  const scope = fc.constantFrom<MqaScope>("frame", "gop", "segment");
  fc.assert(
    fc.property(scope, anyValues, (scope, values) => {
      const text = new TextDecoder().decode(writeMqa(OURS, scope, values).subarray(16));
      expect(text).toBe(serializeDictionary({ scope: new Token(scope), ...Object.fromEntries(values) }));
    }),
    { numRuns: 300 },
  );
});

const codes = ["sei-malformed", "mqa-malformed"];

test("any bytes are read or refused by name", () => {
  expectTotal((bytes) => parseMqa(bytes, DEFAULT_MQA_UUIDS), codes);
  expectTotal((data) => parseMqa(writeUserDataUnregistered({ uuid: OURS, data }), DEFAULT_MQA_UUIDS), codes);
});

/** Text near enough to the two syntaxes to get deep into their parsers. */
const pieces = fc.constantFrom(
  ...'(){}[],;:="\\?@%*-. \t\0'.split(""),
  ...[
    "psnr",
    "SSIM",
    "scope",
    "frame",
    "__proto__",
    "1e999",
    "-1",
    "0.5",
    "999999999999999",
    "null",
    "?1",
    ":AA==:",
    "@1",
    '%"a"',
    "é",
  ],
);

test("any text is read or refused by name, and what is read is in range", () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), fc.boolean(), (parts, json) => {
      const text = json ? `{${parts.join("")}}` : parts.join("");
      const code = thrownCode(() => {
        const message = parseMqa(payload(text), DEFAULT_MQA_UUIDS);
        for (const [name, value] of message?.values ?? []) {
          expect(acceptMqaValue(mqaRanges[name], value)).toBe(value);
        }
      });
      expect([undefined, ...codes]).toContain(code);
    }),
    { numRuns: 3000 },
  );
});

test("any JSON object is read or refused by name", () => {
  const anyObject = fc.dictionary(
    fc.oneof(fc.string(), fc.constantFrom("psnr", "scope", "__proto__", "errors")),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(anyObject, (object) => {
      expect([undefined, ...codes]).toContain(
        thrownCode(() => parseMqa(payload(JSON.stringify(object)), DEFAULT_MQA_UUIDS)),
      );
    }),
    { numRuns: 500 },
  );
});
