import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ContinuityCounter } from "../../src/demux/continuity-counter.ts";

/** A packet: counter; `-` has no payload, `!` a discontinuity_indicator; `x` cannot be read. */
function verdicts(packets: string, mayStandStill = false): string {
  const continuity = new ContinuityCounter(mayStandStill);
  const said = packets.split(" ").map((packet) => {
    if (packet === "x") {
      continuity.unreadable();
      return "x";
    }
    const counter = Number.parseInt(packet, 10);
    const verdict = continuity.next(counter, !packet.includes("-"), packet.includes("!"));
    if (verdict === "lost") return `lost${continuity.lost}`;
    if (verdict === "repeated") return continuity.mayBeDuplicate ? "duplicate" : "repeated";
    return "ok";
  });
  return said.join(" ");
}

describe("follows the counter", () => {
  test.for([
    ["from any value", "7 8 9", "ok ok ok"],
    ["over 15", "14 15 0 1", "ok ok ok ok"],
    ["where packets have no payload", "3 3- 3- 4 4- 5", "ok ok ok ok ok ok"],
    ["where the first has none", "0- 1 2", "ok ok ok"],
    ["where one without payload counts wrongly", "3 4- 4", "ok ok ok"],
    ["over one lost packet", "3 5 6", "ok lost1 ok"],
    ["over lost packets and 15", "14 3 4", "ok lost4 ok"],
    ["backwards, which is 14 lost", "3 2 3", "ok lost14 ok"],
    ["over a jump that is announced", "3 9! 10", "ok ok ok"],
    ["over a jump that is announced without payload", "3 9!- 10", "ok ok ok"],
    ["over a duplicate", "3 3 4 4 5", "ok duplicate ok duplicate ok"],
    ["to a third copy", "3 3 3 4", "ok duplicate repeated ok"],
    ["over a packet that cannot be read", "3 x 5", "ok x ok"],
    ["over several", "3 x x x 7", "ok x x x ok"],
    ["over one that was of another PID", "3 x 4 5", "ok x ok ok"],
    ["over the unreadable copy of a duplicate", "3 4 x 5 6", "ok ok x ok ok"],
    ["over one that cannot be read, and a loss", "3 x 6 8", "ok x lost1 lost1"],
    ["from one that cannot be read", "x 5 6", "x ok ok"],
  ])("%s", ([, packets, expected]) => {
    expect(verdicts(packets!)).toBe(expected);
  });

  test("of tables, which some multiplexers never move", () => {
    expect(verdicts("0 0 0 0 0", true)).not.toContain("lost");
  });

  test("counts exactly what is lost, up to 14", () => {
    fc.assert(
      fc.property(fc.nat(15), fc.array(fc.integer({ min: 0, max: 14 }), { maxLength: 30 }), (first, losses) => {
        const continuity = new ContinuityCounter(false);
        continuity.next(first, true, false);
        let counter = first;
        for (const lost of losses) {
          counter = (counter + 1 + lost) & 15;
          const expected = lost === 0 ? "expected" : lost === 15 ? "repeated" : "lost";
          expect(continuity.next(counter, true, false)).toBe(expected);
          if (lost > 0) expect(continuity.lost).toBe(lost);
        }
      }),
    );
  });
});
