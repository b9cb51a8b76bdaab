import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, test } from "vitest";
import { freeUdpPort } from "../support/free-port.ts";
import { LivePackager } from "../support/live-packager.ts";
import { PACKAGER } from "../support/packager.ts";
import { processStarter } from "../support/processes.ts";
import { until } from "../support/until.ts";
import { noChromium, PlayerBrowser, report } from "./player-page.ts";

/** How long each player has to come close to the live edge, and then plays. */
const SETTLING_SECONDS = 15;
const SECONDS = Number(process.env["LOW_LATENCY_SECONDS"] ?? 15);

const TIMEOUT_MS = (SETTLING_SECONDS + SECONDS + 45) * 1000;

/** What the viewer is behind the camera at most, but for the slowest twentieth. */
const MOST_LATENCY_MS = 3000;

const share = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(part * (values.length - 1))]!;

/** What the tests of a `describe` have in common. */
type Used = {
  packager: LivePackager;
  players: PlayerBrowser;
  /** When the simulator was started, by this machine's clock. */
  begun: number;
};

/** A channel of low latency that the simulator feeds, with a fault now and then, and a browser; there when the tests begin. */
function useChannel(...faults: readonly string[]): Used {
  const start = processStarter();
  const used = {} as Used;

  beforeAll(async () => {
    const port = await freeUdpPort();
    const input = ["--input", `udp://127.0.0.1:${port}`, "--segment", "1.92s"];
    used.packager = await LivePackager.start(start, ...input, "--low-latency", "--part", "0.5s");
    const fault = faults.length > 0 ? ["--fault", ...faults] : [];
    used.begun = Date.now();
    start(process.execPath, [PACKAGER, "simulate", "--out", `udp://127.0.0.1:${port}`, ...fault]);
    used.players = await PlayerBrowser.launch();
    await used.packager.untilSegments("a2", 5);
  });

  afterAll(async () => {
    await used.players?.close();
  });

  return used;
}

describe.skipIf(noChromium)("a channel of low latency fed by the simulator", () => {
  const used = useChannel();

  test.concurrent.for<[player: string, manifest: string]>([
    ["hls.js", "index.m3u8"],
    ["dash.js", "manifest.mpd"],
    ["shaka", "manifest.mpd"],
  ])(
    "%s plays %s less than 3 s behind the camera, without a stall",
    { timeout: TIMEOUT_MS },
    async ([player, manifest], { expect }) => {
      const { page, complaints, look } = await used.players.play(
        player,
        `${used.packager.base}/live/${manifest}`,
        true,
      );
      await sleep(SETTLING_SECONDS * 1000);
      const before = await look();
      await sleep(SECONDS * 1000);
      const after = await look();
      report(`${player} ${manifest}`, before, after);
      const latencies = after.latencies.slice(before.latencies.length);
      const rates = after.rates.slice(before.rates.length);
      const [p5, p50, p95, most] = [0.05, 0.5, 0.95, 1].map((part) => share(latencies, part));
      console.info(
        `${player}: latency p5 ${p5} ms, p50 ${p50}, p95 ${p95}, most ${most}; rates ${share(rates, 0)} to ${share(rates, 1)}, now ${after.playbackRate}; waits ${JSON.stringify(after.waits)} errors ${JSON.stringify(after.errors)}`,
      );
      // hls.js says so of its own accord, where it leaves a request that is held for another.
      const errors = after.errors.filter((error) => error !== "networkError aborted false");
      expect([...errors, ...complaints]).toEqual([]);
      expect(after.waits.length - before.waits.length).toBe(0);
      expect(share(latencies, 0.95)).toBeLessThan(MOST_LATENCY_MS);
      // dash.js keeps to its target by changes of less than a hundredth.
      expect(Math.abs(share(rates, 0.5) - 1)).toBeLessThan(0.01);
      await page.close();
    },
  );

  test("the page at / plays it, says how far behind it is, and whose scores a header has", async ({ expect }) => {
    const page = await used.players.browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(`${used.packager.base}/`);
    const latency = page.locator("article .latency");
    const behind = async (): Promise<number> => Number.parseFloat((await latency.textContent()) ?? "");
    await until("the page to play", async () => (await behind()) > 0 && (await behind()) < 3, 20_000);
    expect(await latency.textContent()).toMatch(/^[12]\.\d s behind the camera, in parts of 0\.5 s/);
    expect(await page.locator(".whose").textContent()).toMatch(/^ – deferred, of \d{9}$/);
    expect(await page.locator(".header code").textContent()).toContain("org.svta.mqa-prev-video=");
    expect(complaints).toEqual([]);
    await page.close();
  });
});

/** Seconds after the simulator's start: nothing comes for five, then every 300th packet is lost. */
const LOST = { from: 35, to: 40 };
const RAIN = { from: 75, to: 90 };

describe.skipIf(noChromium)("a channel of low latency that loses its input, and then packets", () => {
  const { from, to } = LOST;
  const used = useChannel(`gap@${from}s+${to - from}s`, `rain@${RAIN.from}s+${RAIN.to - RAIN.from}s=0.3%`);

  const at = (seconds: number): Promise<void> => sleep(used.begun + seconds * 1000 - Date.now());

  // Where they stay once they had nothing to play.
  test.concurrent.for<[player: string, manifest: string, mostLatencyMs: number]>([
    ["hls.js", "index.m3u8", 6000],
    ["dash.js", "manifest.mpd", 8000],
    ["shaka", "manifest.mpd", 3000],
  ])("%s goes on playing %s", { timeout: 150_000 }, async ([player, manifest, mostLatencyMs], { expect }) => {
    const { page, complaints, look } = await used.players.play(player, `${used.packager.base}/live/${manifest}`, true);
    await at(LOST.from - 2);
    const before = await look();
    // dash.js waits as long as the gap lasts, or until it is as far behind as the MPD allows.
    await at(RAIN.from - 2);
    const back = await look();
    await at(RAIN.to + 3);
    const after = await look();
    report(`${player} ${manifest} over lost input`, before, back);
    report(`${player} ${manifest} in the rain`, back, after);
    // hls.js says also what it gets over.
    expect([...after.errors.filter((error) => !error.endsWith(" false")), ...complaints]).toEqual([]);
    expect(back.latencies.at(-1)).toBeLessThan(mostLatencyMs);
    expect(after.waits.length - back.waits.length).toBe(0);
    expect(after.currentTime - back.currentTime).toBeGreaterThan(RAIN.to - RAIN.from);
    expect(Math.max(...after.latencies.slice(back.latencies.length))).toBeLessThan(mostLatencyMs);
    await page.close();
  });
});
