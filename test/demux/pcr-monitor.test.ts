import { expect, test } from "vitest";
import { PcrMonitor } from "../../src/demux/pcr-monitor.ts";

const MS = 27_000;
/** A packet each millisecond. */
const at = (ms: number, error = 0) => ({ pcr: ms * MS + error, packet: ms });
type Read = { readonly pcr: number; readonly packet: number; readonly lost?: true; readonly announced?: true };

/** One PCR each 40 ms, for so many. */
const steady = (count: number, from = 0): readonly Read[] => Array.from({ length: count }, (_, i) => at(from + i * 40));

function faults(reads: readonly Read[]): readonly string[] {
  const monitor = new PcrMonitor();
  return reads.flatMap(({ pcr, packet, lost = false, announced = false }, i) => {
    const { fault } = monitor.read(pcr, packet, lost, announced);
    return fault === undefined ? [] : [`${i} ${fault}`];
  });
}

const WRAP = 2 ** 33 * 300;

test.for<[string, readonly Read[], readonly string[]]>([
  ["in order", steady(50), []],
  ["that wraps", steady(50).map(({ pcr, packet }) => ({ pcr: (pcr + WRAP - 1000 * MS) % WRAP, packet })), []],
  ["once a second from the start", Array.from({ length: 10 }, (_, i) => at(i * 1000)), []],
  ["late once", [...steady(5), ...steady(5, 400)], ["5 pcr-repetition"]],
  ["within 100 ms", [...steady(5), ...steady(5, 259)], []],
  [
    "that jumps on",
    [...steady(5), ...steady(5, 200).map((read) => ({ ...read, pcr: read.pcr + 5000 * MS }))],
    ["5 pcr-discontinuity"],
  ],
  ["that jumps back", [...steady(5, 9000), ...steady(5)], ["5 pcr-discontinuity"]],
  ["that jumps as announced", [...steady(5), { ...at(9000), announced: true }, ...steady(5, 9040)], []],
  [
    "lost with what came between",
    [...steady(5), { pcr: 5160 * MS, packet: 165, lost: true }, { pcr: 5200 * MS, packet: 205 }],
    [],
  ],
  ["500 ns off", [...steady(20), at(800, 13), ...steady(5, 840)], []],
  ["556 ns off", [...steady(20), at(800, 15), ...steady(5, 840)], ["20 pcr-accuracy"]],
  ["off before it is known to be straight", [...steady(10), at(400, 5000), ...steady(5, 440)], []],
  [
    "behind null packets that nobody sees missing",
    [...steady(20), ...steady(5, 800).map((read) => ({ ...read, packet: read.packet - 3 }))],
    [],
  ],
  ["of a rate that varies", steady(200).map(({ pcr, packet }, i) => ({ pcr, packet: packet + ((i * 7919) % 31) })), []],
])("PCRs %s", ([, reads, expected]) => {
  expect(faults(reads)).toEqual(expected);
});

test("time goes on with the PCRs, and stands still where they jump", () => {
  const monitor = new PcrMonitor();
  const times = [...steady(5), ...steady(3, 9000).map((read) => ({ ...read, packet: read.packet - 8800 }))].map(
    ({ pcr, packet }, i) => monitor.read(pcr, packet, i === 5, false),
  );
  expect(times.map(({ time }) => time / MS)).toEqual([0, 40, 80, 120, 160, 160, 200, 240]);
  expect(times.map(({ jumped }) => jumped)).toEqual([true, false, false, false, false, true, false, false]);
});

test.for<[string, readonly Read[], number]>([
  ["before there is one", [at(0)], 0],
  ["of a steady stream", steady(20), 40],
  ["with one that is longer", [...steady(5), ...steady(5, 250)], 90],
  ["where packets were lost none counts", [...steady(5), { ...at(400), lost: true }, ...steady(5, 440)], 40],
  ["where the clock jumps back none counts", [...steady(5, 9000), ...steady(5)], 40],
  ["what was half a minute ago is forgotten", [...steady(5), ...steady(750, 250)], 40],
])("the longest interval %s", ([, reads, expected]) => {
  const monitor = new PcrMonitor();
  for (const { pcr, packet, lost = false, announced = false } of reads) monitor.read(pcr, packet, lost, announced);
  expect(monitor.longestInterval / MS).toBe(expected);
});
