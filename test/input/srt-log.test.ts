import { expect, test } from "vitest";
import { LineLimit, parseSrtLine } from "../../src/input/srt-log.ts";

const secret = "correct horse (battery)";

test.for<[line: string, expected: object | undefined]>([
  ["", undefined],
  [`Media path: 'srt://h:9000?passphrase=${secret}' --> 'file://con'`, undefined],
  ["Accepted SRT source connection", { text: "Accepted SRT source connection" }],
  ["SRT source disconnected", { text: "SRT source disconnected", reason: "SRT source disconnected" }],
  [
    "ERROR: error: srt_bind: Connection setup failure: unable to create/configure SRT socket",
    {
      text: "ERROR: error: srt_bind: Connection setup failure: unable to create/configure SRT socket",
      reason: "srt_bind: Connection setup failure: unable to create/configure SRT socket",
    },
  ],
  [
    "22:17:20.780541/SRT:RcvQ:w1!W:SRT.cn: processConnectRequest: rsp(REJECT): 1010 - Incorrect passphrase",
    { text: "processConnectRequest: rsp(REJECT): 1010 - Incorrect passphrase", reason: "Incorrect passphrase" },
  ],
  [
    "22:17:24.550576/SRT:RcvQ:w1!W:SRT.cn: processAsyncConnectRequest: REJECT reported from HS processing: Incorrect passphrase - not processing further",
    {
      text: "processAsyncConnectRequest: REJECT reported from HS processing: Incorrect passphrase - not processing further",
      reason: "Incorrect passphrase",
    },
  ],
  [
    "ERROR: Can't open '/dev/fd/3' for writing stats. Fallback to stdout.",
    {
      text: "ERROR: Can't open '/dev/fd/3' for writing stats. Fallback to stdout.",
      reason: "Can't open '/dev/fd/3' for writing stats",
      spoilsData: true,
    },
  ],
  [`bad ${secret} and ${secret}\u001b[31m\u202e`, { text: "bad *** and ***?[31m?" }],
  ["x".repeat(1000), { text: "x".repeat(240) }],
])("%s", ([line, expected]) => {
  expect(parseSrtLine(line, secret)).toEqual(expected);
});

test("20 lines in 10 s pass, the others are counted", () => {
  const limit = new LineLimit();
  const passed = Array.from({ length: 100 }, (_, i) => limit.push(`${i}`, i)).flat();
  expect(passed).toEqual(Array.from({ length: 20 }, (_, i) => `${i}`));
  expect(limit.push("later", 10_000)).toEqual(["(80 more lines)", "later"]);
  expect(limit.push("again", 10_001)).toEqual(["again"]);
  expect(limit.push("next window", 20_000)).toEqual(["next window"]);
});
