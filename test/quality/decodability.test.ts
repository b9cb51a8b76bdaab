import { expect, test } from "vitest";
import type { RandomAccess } from "../../src/demux/access-unit.ts";
import { Decodability } from "../../src/quality/decodability.ts";
import { timedPicture } from "./records.ts";

/**
 * A picture in decoding order: I an IDR, C a CRA or recovery point, P one that others refer to, b one that none does; in capitals
 * or not, `!` after it: it lost bytes; `?` before it: packets of its PID were lost since the one before; `_` one that never came.
 * Digits after it: its place in presentation, where it is not that in decoding.
 */
const NOTATION = /(\?)?([ICPb_])(\d+)?(!)?/g;

const access: Readonly<Record<string, RandomAccess | undefined>> = { I: "idr", C: "open" };

/** What a decoder can make of each: `.` whole, `!` damaged, `x` undecodable. */
function judge(pictures: string): string {
  const decodability = new Decodability();
  let said = "";
  for (const [number, [, lost, kind, place, damaged]] of [...pictures.matchAll(NOTATION)].entries()) {
    if (kind === "_") continue;
    const randomAccess = access[kind!];
    const fields = {
      ...(randomAccess && { randomAccess }),
      disposable: kind === "b",
      damaged: damaged !== undefined,
      ...((lost ?? damaged) && { transport: [{ code: "continuity" as const, pid: 256, events: 1, packets: 1 }] }),
    };
    const state = decodability.judge(timedPicture(fields, number, Number(place ?? number)), 3600);
    said += { whole: ".", damaged: "!", undecodable: "x" }[state];
  }
  return said;
}

test.for([
  ["nothing lost", "I P P I P", "....."],
  ["a picture that others refer to", "I P! P P I P", ".!xx.."],
  ["one that none refers to", "I b! P b I", ".!..."],
  ["an I picture", "I! P P I P", "!xx.."],
  ["two of one GOP", "I P! P! P I", ".!!x."],
  ["one of no consequence after one of much", "I P! b b! P I", ".!x!x."],
  ["whole pictures between", "I P ?_ ?P P I", "..xx."],
  ["whole pictures after the beginning of one that none refers to", "I b! _ _ P P I", ".!xx."],
  ["whole pictures up to the next I picture", "I P _ _ ?I P", "...."],
  ["packets without a picture's payload", "I P ?P P I", "....."],
  ["pictures that the encoder left out", "I P _ P P I", "....."],
  ["an open GOP before", "I0 P1! C5 b3 b4 P6 b7", ".!.xx.."],
  ["nothing, at an open GOP", "I0 P1 C4 b2 b3 P5", "......"],
  ["pictures just before an open GOP", "I0 P1 _ ?C5 b3 b4 P6", "...xx."],
  ["what was between, by a hole that no picture tells of", "I0 P1 _ _ _ _ _ _ _ _ _ _ _ _ C16 b14 b15 P17", "...xx."],
  ["the I picture of an open GOP", "I0 P1 C4! b2 b3 P5 I6", "..!xxx."],
] as const)("%s lost: %s", ([, pictures, expected]) => {
  expect(judge(pictures)).toBe(expected);
});

test.for([
  ["another PID's loss", [{ code: "continuity", pid: 257, events: 1 }]],
  ["a late PAT", [{ code: "section-crc", pid: 0, events: 1 }]],
] as const)("%s breaks no picture", ([, transport]) => {
  const decodability = new Decodability();
  decodability.judge(timedPicture({ randomAccess: "idr" }, 0), 3600);
  expect(decodability.judge(timedPicture({ transport }, 4), 3600)).toBe("whole");
});
