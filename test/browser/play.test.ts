import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freeUdpPort } from "../support/free-port.ts";
import { leftOut } from "../support/lacking.ts";
import { LivePackager } from "../support/live-packager.ts";
import { PACKAGER, PROJECT } from "../support/packager.ts";
import { processStarter } from "../support/processes.ts";
import { until } from "../support/until.ts";

const CHROMIUM = "/usr/bin/chromium";
/** How long each player plays. */
const SECONDS = 20;
/** A player that has not started by then never will. */
const START_SECONDS = 20;

/** Without the last three it looks for its maker's servers, which tests must not need. */
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--autoplay-policy=no-user-gesture-required",
  "--disable-component-update",
  "--disable-sync",
  "--disable-background-networking",
];

/** Each player has a page of its own, and all but one of these are in the background. */
const BACKGROUND = [
  "--disable-background-timer-throttling",
  "--disable-renderer-backgrounding",
  "--disable-backgrounding-occluded-windows",
];

/** What the test's own server has, by path. */
const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  "/": ["test/browser/players.html", "text/html"],
  "/players.js": ["test/browser/players.js", "text/javascript"],
  "/hls.js": ["node_modules/hls.js/dist/hls.min.js", "text/javascript"],
  "/dash.js": ["node_modules/dashjs/dist/modern/umd/dash.all.min.js", "text/javascript"],
  "/shaka.js": ["node_modules/shaka-player/dist/shaka-player.compiled.js", "text/javascript"],
};

/** What players.js sees of one player. */
type Look = {
  readonly errors: readonly string[];
  /** Seconds after the start at which it had nothing to play. */
  readonly waits: readonly number[];
  readonly requested: number;
  readonly started?: number;
  readonly at: number;
  readonly currentTime: number;
  readonly videoWidth: number;
  readonly videoHeight: number;
  readonly playbackRate: number;
  readonly droppedVideoFrames: number;
  readonly totalVideoFrames: number;
  readonly buffered: number;
};

const noChromium = existsSync(CHROMIUM) ? false : leftOut(`no ${CHROMIUM}`);

describe.skipIf(noChromium)("a live channel fed by the simulator", () => {
  const start = processStarter();
  let server: Server;
  let browser: Browser;
  let packager: LivePackager;

  beforeAll(async () => {
    const port = await freeUdpPort();
    packager = await LivePackager.start(start, "--input", `udp://127.0.0.1:${port}`, "--segment", "1.92s");
    start(process.execPath, [PACKAGER, "simulate", "--out", `udp://127.0.0.1:${port}`]);
    server = createServer(({ url = "" }, response) => {
      const found = FILES[url];
      if (found === undefined) response.writeHead(404).end();
      else response.setHeader("Content-Type", found[1]).end(readFileSync(resolve(PROJECT, found[0])));
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    browser = await chromium.launch({ executablePath: CHROMIUM, args: [...ARGUMENTS, ...BACKGROUND] });
    await packager.untilSegments("a2", 5);
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test.concurrent.for([
    ["hls.js", "index.m3u8"],
    ["dash.js", "manifest.mpd"],
    ["shaka", "manifest.mpd"],
    ["shaka", "index.m3u8"],
  ])("%s plays %s without a stall", async ([player, manifest], { expect }) => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const url = `${packager.base}/live/${manifest}`;
    const handle = await page.evaluateHandle<{ readonly look: () => Look }>(`play("${player}", "${url}")`);
    const look = (): Promise<Look> => handle.evaluate((record) => record.look());
    await until(`${player} to start`, async () => (await look()).started !== undefined, START_SECONDS * 1000);
    const before = await look();
    await sleep(SECONDS * 1000);
    const after = await look();
    report(`${player} ${manifest}`, before, after);
    expect([...after.errors, ...complaints]).toEqual([]);
    expect(after.waits).toEqual([]);
    const played = after.currentTime - before.currentTime;
    expect(Math.abs(played - (after.at - before.at))).toBeLessThan(1);
    expect(after.videoWidth).toBeGreaterThan(0);
    expect(after.totalVideoFrames - before.totalVideoFrames).toBeGreaterThan(SECONDS * 25 * 0.9);
    await page.close();
  });

  test("the page at / plays it and shows each segment's scores", async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    page.on("console", (message) => complaints.push(message.text()));
    await page.goto(`${packager.base}/`);
    const position = (): Promise<number> => page.evaluate("document.querySelector('video')?.currentTime ?? 0");
    await until("the page to play", async () => (await position()) > 0, START_SECONDS * 1000);
    const from = await position();
    await sleep(6000);
    expect((await position()) - from).toBeGreaterThan(5);
    expect(await page.locator("article .state").textContent()).toBe("Live");
    const cells = (await page.locator("tr.video").allInnerTexts()).map((text) => text.split("\t"));
    expect(cells.length).toBeGreaterThanOrEqual(3);
    for (const [number, track, duration, ...numbers] of cells) {
      expect(number).toMatch(/^\d{9}$/);
      expect(track).toMatch(/^v[123]$/);
      expect(duration).toBe("1.920");
      // Bit rate, MQA, VMAF, PSNR and SSIM.
      expect(numbers.map(Number).filter((value) => value > 0)).toHaveLength(5);
    }
    expect(complaints).toEqual([]);
    await page.close();
  });
});

function report(name: string, before: Look, after: Look): void {
  const { started = 0, requested, videoWidth, videoHeight, buffered, playbackRate } = after;
  const frames = after.totalVideoFrames - before.totalVideoFrames;
  const dropped = after.droppedVideoFrames - before.droppedVideoFrames;
  const seconds = (value: number): string => value.toFixed(2);
  console.info(
    `${name}: started after ${seconds(started - requested)} s, played ${seconds(after.currentTime - before.currentTime)} s in ` +
      `${seconds(after.at - before.at)} s, ${frames} pictures of ${videoWidth}x${videoHeight}, ${dropped} dropped, ` +
      `${after.waits.length} stalls, ${seconds(buffered)} s buffered, rate ${playbackRate}`,
  );
}
