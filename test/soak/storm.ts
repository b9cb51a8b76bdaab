/**
 * Some simulated hours of a ladder in three streams, each with a PTS origin of its own, through two packagers: missing I-frames, timecodes that
 * stop, freeze and jump, restarts of the encoder and gaps of links, a fault every half minute, and packagers killed and started again.
 *
 *     node storm.js RATE HOURS
 *
 * All of it happens to the source, so that both packagers see it: what both publish is compared. Prints one line of JSON.
 */
import type { Fault, LabelShift } from "../../src/simulate/fault.ts";
import { LiveSource } from "../../src/simulate/live-source.ts";
import type { Milliseconds, Ticks } from "../../src/time/units.ts";
import { PublishedPair } from "./published.ts";
import { random } from "./random.ts";
import { soakRates } from "./soak-rates.ts";
import { tinySample } from "./tiny-sample.ts";
import { VirtualPackager } from "./virtual-packager.ts";

const START = Date.UTC(2026, 0, 1, 23);
const SECOND = 90_000;
const RENDITIONS = [1, 2, 3];
const FAULT_EVERY_MS = 30_000;

const [rateName, hoursText] = process.argv.slice(2) as [keyof typeof soakRates, string];
const { rate, gop } = soakRates[rateName];
const seconds = Number(hoursText) * 3600;
const draw = random(7 + rate.num);
const pick = <One>(list: readonly One[]): One => list[Math.floor(draw() * list.length)]!;
const milliseconds = (from: number, to: number): Milliseconds =>
  Math.floor(from + draw() * (to - from)) as Milliseconds;

const KINDS = ["missing-iframe", "timecode-stop", "timecode-freeze", "timecode-jump", "restart", "gap"] as const;

function drawFault(index: number): Fault {
  const at = (30_000 + index * FAULT_EVERY_MS + milliseconds(0, 10_000)) as Milliseconds;
  const kind = pick(KINDS);
  const own = draw() < 0.5 ? { rendition: pick(RENDITIONS) } : {};
  switch (kind) {
    case "missing-iframe":
      return { kind, at, ...own };
    case "timecode-jump": {
      // A clock that is set back by much says times twice, and a packager that starts then cannot know that they have been.
      const by: LabelShift = { pictures: pick([-2, -1, 1, 2, 7]) };
      // The clocks of one encoder move together.
      return { kind, at, duration: milliseconds(5000, 15_000), by };
    }
    case "restart":
      return { kind, at, duration: milliseconds(200, 6000) };
    default:
      return { kind, at, duration: milliseconds(200, 8000), ...own };
  }
}

const faults = Array.from({ length: Math.floor((seconds * 1000) / FAULT_EVERY_MS) - 2 }, (_, index) =>
  drawFault(index),
);
const sample = tinySample(rate, gop, RENDITIONS.length);
const sources = RENDITIONS.map(
  (rendition) =>
    new LiveSource(sample, (START * 90) as Ticks, {
      renditions: [rendition],
      faults,
      ptsOrigin: (rendition * 1_234_567_891) % 2 ** 33,
      slotTicks: 9000,
    }),
);
const pair = new PublishedPair(() => undefined);
const problems = new Map<string, number>();
const note = (code: string): void => {
  problems.set(code, (problems.get(code) ?? 0) + 1);
};
const packagers = [0, 1].map(
  (n) =>
    new VirtualPackager(sources.length, 2000 as Milliseconds, (track, segment) => pair.add(n, track, segment), note),
);
/** Every ten minutes or so one of them is killed, for some seconds. */
const starts = [0, 7];
let restarts = 0;
const began = performance.now();
for (let second = 0; second < seconds; second++) {
  const blocks = sources.map((source) =>
    Buffer.concat(source.advance((START * 90 + (second + 1) * SECOND) as Ticks).map(({ packets }) => packets)),
  );
  for (const [n, packager] of packagers.entries()) {
    if (starts[n] === second) packager.start();
    if (packager.isRunning && draw() < 1 / 600) {
      packager.kill();
      pair.interrupted(n);
      starts[n] = second + 1 + Math.floor(draw() * 20);
      restarts++;
    }
    for (const [input, block] of blocks.entries()) packager.take(input, block, START + (second + 1) * 1000 + 500 * n);
  }
}
const { repeated, different, both, segments, alone, missing, skipped } = pair.counts;
process.stdout.write(
  `${JSON.stringify({
    rate: rateName,
    hours: seconds / 3600,
    faults: faults.length,
    restarts,
    segments,
    both,
    different,
    repeated,
    // What the faults leave out.
    withoutAny: missing,
    jumps: skipped,
    alone,
    problems: Object.fromEntries(problems),
    wallSeconds: Math.round((performance.now() - began) / 100) / 10,
    differences: pair.differences,
  })}\n`,
);
