import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Lane } from "../../src/push/lane.ts";
import { OutgoingSegment } from "../../src/push/outgoing-segment.ts";
import { FIRST, videoInit, videoSegment } from "../store/media.ts";

const SECOND = 1_000_000;
const init = videoInit("v1");
const other = { ...videoInit("v1"), id: "00000000000000ff" };

/** Two seconds long, the n-th. */
const segment = (n: number, own = init): OutgoingSegment =>
  new OutgoingSegment({ ...videoSegment(FIRST + n, own), init: own });

/** A queue of three segments, ten of which are kept. */
const lane = (): Lane => new Lane({ queue: 6 * SECOND, window: 20 * SECOND });

/** Sends what there is, up to so much: `i` for an init segment, the number of a segment. */
function drain(from: Lane, most = 100): string {
  const sent: string[] = [];
  for (let delivery = from.next(); delivery !== undefined && sent.length < most; delivery = from.next()) {
    if (delivery.kind === "segment") sent.push(String(delivery.segment.number - FIRST));
    else sent.push(delivery.kind === "init" ? "i" : delivery.kind === "deletion" ? `-${delivery.name}` : "?");
    from.done(delivery);
  }
  return sent.join(" ");
}

function filled(numbers: number, to = lane()): Lane {
  for (let n = 0; n < numbers; n++) to.push(segment(n));
  return to;
}

describe("a lane", () => {
  test("sends the init segment and then all in order, each once", () => {
    const own = filled(3);
    expect(own.behind).toBe(6 * SECOND);
    expect(drain(own)).toBe("i 0 1 2");
    own.push(segment(3));
    expect(drain(own)).toBe("3");
    expect([own.behind, own.length, own.counts]).toEqual([0, 0, { sent: 4, lost: 0 }]);
  });

  test("sends another init segment before the first segment that needs it", () => {
    const own = filled(2);
    own.push(segment(2, other));
    expect(drain(own)).toBe("i 0 1 i 2");
  });

  test("sends the init segment again where it was forgotten", () => {
    const own = filled(2);
    drain(own);
    own.forgetInit();
    own.push(segment(2));
    expect(drain(own)).toBe("i 2");
  });

  test("sends the newest first where more waits than the queue holds, and then the others, the newest first", () => {
    expect(drain(filled(6))).toBe("i 5 4 3 2 1 0");
    const own = filled(6);
    expect(drain(own, 2)).toBe("i 5");
    own.push(segment(6));
    // The fourth was on its way.
    expect(drain(own)).toBe("4 6 3 2 1 0");
  });

  test("gives up what is older than what is kept, and says so", () => {
    const own = filled(14);
    expect(own.length).toBe(10);
    expect(drain(own)).toBe("i 13 12 11 10 9 8 7 6 5 4");
    expect(own.counts).toEqual({ sent: 10, lost: 4 });
  });

  test("leaves what it tries in vain for what is newer, and takes it as sent if it arrives all the same", () => {
    const own = lane();
    own.push(segment(0));
    drain(own, 1);
    const tried = own.next()!;
    for (let n = 1; n < 5; n++) own.push(segment(n));
    expect(own.next()).toEqual({ kind: "segment", segment: segment(4) });
    own.done(tried);
    expect(drain(own)).toBe("4 3 2 1");
    expect(own.counts).toEqual({ sent: 5, lost: 0 });
  });
});

test("whatever fails: nothing is sent twice, nothing is lost without being counted, and what fits the queue comes in order", () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant("push" as const) },
    fc.constant("done" as const),
    fc.constant("fail" as const),
    fc.constant("restart" as const),
  );
  const property = fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
    const own = lane();
    const sent: number[] = [];
    let pushed = 0;
    let most = 0;
    for (const taken of steps) {
      if (taken === "push") own.push(segment(pushed++));
      if (taken === "restart") own.forgetInit();
      const delivery = taken === "done" ? own.next() : undefined;
      if (delivery !== undefined) own.done(delivery);
      if (delivery?.kind === "segment") sent.push(delivery.segment.number);
      most = Math.max(most, own.length);
      expect(sent.length + own.length + own.counts.lost).toBe(pushed);
      expect(own.length).toBeLessThanOrEqual(10 + 3);
    }
    for (const word of drain(own).split(" ")) if (/^\d+$/.test(word)) sent.push(FIRST + Number(word));
    expect(new Set(sent).size).toBe(sent.length);
    expect(sent.length + own.counts.lost).toBe(pushed);
    expect(own.counts.sent).toBe(sent.length);
    if (most <= 3) expect(sent).toEqual(sent.toSorted((a, b) => a - b));
  });
  fc.assert(property, { numRuns: 500 });
});
