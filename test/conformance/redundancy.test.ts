import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { readFragment } from "../support/fragment.ts";
import { freeUdpPort } from "../support/free-port.ts";
import { LivePackager } from "../support/live-packager.ts";
import { PACKAGER } from "../support/packager.ts";
import { processStarter } from "../support/processes.ts";

const start = processStarter();
const TRACKS = ["v1", "v3", "a1", "a2"];
const SEGMENT_TICKS = 1.92 * 90_000;
const MINUTE_MS = 60_000;
/** When each packager starts and is killed, in milliseconds since the beginning. */
const LIVES = [
  { starts: [0, 19_050, 36_410], kills: [18_700, 35_900] },
  { starts: [7000, 28_300, 47_800], kills: [27_777, 47_200] },
];

/** One packager in all its lives, and what it was seen to publish. */
class Redundant {
  readonly #port: number;
  #packager: LivePackager | undefined;
  /** By track and number, the bytes. */
  readonly published = new Map<string, Uint8Array>();
  /** By track, numbers in the order they were first seen. */
  readonly numbers = new Map<string, number[]>();
  readonly states: string[] = [];

  constructor(port: number) {
    this.#port = port;
  }

  async start(): Promise<void> {
    const input = `udp://127.0.0.1:${this.#port}`;
    const flags = ["--segment", "1.92s", "--timecode-wait", "forever"];
    this.#packager = await LivePackager.start(start, "--input", input, ...flags);
  }

  async kill(): Promise<void> {
    const packager = this.#packager!;
    this.#packager = undefined;
    await packager.running.end("SIGKILL");
  }

  /** Fetches what is new; a packager that is killed meanwhile answers no more. */
  async look(): Promise<void> {
    const packager = this.#packager;
    if (packager === undefined) return;
    for (const track of TRACKS) {
      for (const { number, path } of await packager.segments(track).catch(() => [])) {
        const key = `${track} ${number}`;
        if (this.published.has(key)) continue;
        const bytes = await packager.bytes(path).catch(() => undefined);
        if (bytes === undefined) return;
        this.published.set(key, bytes);
        this.numbers.set(track, [...(this.numbers.get(track) ?? []), number]);
      }
    }
    const response = await packager.get("/api/channels").catch(() => undefined);
    const api = response && ((await response.json()) as { channels: { status: { timecode: string } }[] });
    if (api !== undefined) this.states.push(api.channels[0]!.status.timecode);
  }
}

describe("two packagers of one source over UDP, killed and started again", () => {
  test("publish the same segments under the same names", { timeout: 3 * MINUTE_MS }, async () => {
    const ports = [await freeUdpPort(), await freeUdpPort()];
    start(process.execPath, [PACKAGER, "simulate", "--out", ...ports.map((port) => `udp://127.0.0.1:${port}`)]);
    const packagers = ports.map((port) => new Redundant(port));
    const began = performance.now();
    const at = async (ms: number, what: () => Promise<void>): Promise<void> => {
      await sleep(Math.max(0, ms - (performance.now() - began)));
      await what();
    };
    const lives = packagers.flatMap((packager, n) => [
      ...LIVES[n]!.starts.map((ms) => at(ms, () => packager.start())),
      ...LIVES[n]!.kills.map((ms) => at(ms, () => packager.kill())),
    ]);
    const watching = packagers.map(async (packager) => {
      while (performance.now() - began < MINUTE_MS) {
        await packager.look();
        await sleep(300);
      }
    });
    await Promise.all([...lives, ...watching]);

    const [a, b] = packagers as [Redundant, Redundant];
    const both = [...a.published.keys()].filter((key) => b.published.has(key));
    const different = both.filter((key) => !Buffer.from(a.published.get(key)!).equals(b.published.get(key)!));
    console.log(
      `${a.published.size} and ${b.published.size} segments, ${both.length} by both, ${different.length} different`,
    );
    expect(different).toEqual([]);
    expect(both.length).toBeGreaterThan(TRACKS.length * 8);
    for (const track of TRACKS) {
      for (const { numbers } of packagers) {
        const seen = numbers.get(track)!;
        expect(seen).toEqual([...new Set(seen)].sort((x, y) => x - y));
      }
      // Whatever one of them missed the other has.
      const all = [...new Set(packagers.flatMap(({ numbers }) => numbers.get(track)!))].sort((x, y) => x - y);
      expect(all).toEqual(Array.from({ length: all.length }, (_, n) => all[0]! + n));
    }
    for (const [key, bytes] of a.published) {
      if (!key.startsWith("v")) continue;
      // GOPs of the sample begin on the lines of the grid.
      expect(readFragment(bytes).baseMediaDecodeTime).toBe(Number(key.split(" ")[1]) * SEGMENT_TICKS);
    }
    const states = new Set([...a.states, ...b.states]);
    expect(states).toContain("locked");
    expect(states).not.toContain("unlocked");
  });
});
