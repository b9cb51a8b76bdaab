/**
 * Three simulated days of one stream through two packagers, as fast as the machine can.
 *
 *     node soak.js RATE HOURS
 *
 * The stream begins ten seconds before a wrap of its 33-bit clock, at noon. Both packagers are killed and started again five times, at
 * moments and for times that a fixed seed draws; their host clocks differ, and are set now and then. What both
 * publish is compared. Prints one line of JSON.
 */
import { LiveSource } from "../../src/simulate/live-source.ts";
import type { Milliseconds, Ticks } from "../../src/time/units.ts";
import { PictureClock } from "../../src/timeline/picture-clock.ts";
import { PublishedPair } from "./published.ts";
import { random } from "./random.ts";
import { soakRates } from "./soak-rates.ts";
import { tinySample } from "./tiny-sample.ts";
import { VirtualPackager } from "./virtual-packager.ts";

const START = Date.UTC(2026, 0, 1, 12);
const SECOND = 90_000;
const WRAP = 2 ** 33;
/** How much of the stream arrives at a time. */
const STEP_SECONDS = 1;
const RESTARTS = 5;

const [rateName, hoursText] = process.argv.slice(2) as [keyof typeof soakRates, string];
const { rate, gop } = soakRates[rateName];
const seconds = Number(hoursText) * 3600;
const draw = random(20_261_125 + rate.num);

const ptsOrigin = (((WRAP - 10 * SECOND - START * 90) % WRAP) + WRAP) % WRAP;
const source = new LiveSource(tinySample(rate, gop), (START * 90) as Ticks, { ptsOrigin, slotTicks: 9000 });
const clock = new PictureClock(rate, true);
const pair = new PublishedPair((track, number) => {
  if (track.startsWith("a")) return undefined;
  return number * gop * clock.duration;
});
const problems = new Map<string, number>();
const note = (code: string): void => {
  problems.set(code, (problems.get(code) ?? 0) + 1);
};

type Plan = { readonly packager: VirtualPackager; readonly delay: number; clockError: number; changes: number[] };

/** When a packager starts, is killed, starts...: seconds since the beginning. */
function plan(first: number): number[] {
  const changes = [first];
  for (let n = 1; n <= RESTARTS; n++) {
    const killed = Math.floor((seconds * (n - 1 + draw())) / RESTARTS) + 60;
    changes.push(killed, killed + 1 + Math.floor(draw() * 30));
  }
  return changes;
}

const plans: Plan[] = [0, 1].map((n) => ({
  packager: new VirtualPackager(1, 2000 as Milliseconds, (track, segment) => pair.add(n, track, segment), note),
  delay: n === 0 ? 300 : 1800,
  clockError: n === 0 ? 0 : -7000,
  changes: plan(n === 0 ? 0 : 7),
}));

const memory: number[] = [];
const began = performance.now();
let bytes = 0;
for (let second = 0; second < seconds; second += STEP_SECONDS) {
  const due = source.advance((START * 90 + (second + STEP_SECONDS) * SECOND) as Ticks);
  const block = Buffer.concat(due.map(({ packets }) => packets));
  bytes += block.length;
  for (const [n, one] of plans.entries()) {
    while (one.changes[0] === second) {
      one.changes.shift();
      if (one.packager.isRunning) {
        one.packager.kill();
        pair.interrupted(n);
      } else one.packager.start();
    }
    // Once in some hours somebody sets the clock.
    if (draw() < 1 / 20_000) one.clockError = Math.floor(draw() * 60_000) - 30_000;
    const arrival = START + (second + STEP_SECONDS) * 1000 + one.delay + one.clockError;
    // Where it was started it joins in the middle of a packet.
    const cut = one.packager.isRunning ? Math.floor(draw() * block.length) : 0;
    one.packager.take(0, block.subarray(0, cut), arrival);
    one.packager.take(0, block.subarray(cut), arrival);
  }
  if (second % 3600 === 0) {
    globalThis.gc?.();
    memory.push(Math.round(process.memoryUsage().heapUsed / 1e5) / 10);
  }
}
const wallSeconds = Math.round((performance.now() - began) / 100) / 10;
const megabytes = Math.round(bytes / 1e6);
const wraps = Math.floor((seconds * SECOND - 10 * SECOND) / WRAP) + 1;
const midnights = Math.floor((START + seconds * 1000) / 86_400_000) - Math.floor(START / 86_400_000);
process.stdout.write(
  `${JSON.stringify({
    rate: rateName,
    hours: seconds / 3600,
    ...pair.counts,
    restarts: RESTARTS * plans.length,
    wraps,
    midnights,
    states: plans.flatMap(({ packager }) => packager.states),
    problems: Object.fromEntries(problems),
    memory,
    megabytes,
    wallSeconds,
    complaints: pair.complaints,
    differences: pair.differences,
  })}\n`,
);
