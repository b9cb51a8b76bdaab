import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freeTcpPort, freeUdpPort } from "../support/free-port.ts";
import { LivePackager } from "../support/live-packager.ts";
import { PACKAGER } from "../support/packager.ts";
import { processStarter } from "../support/processes.ts";
import { until } from "../support/until.ts";
import { noChromium, PlayerBrowser, report, START_SECONDS } from "./player-page.ts";

/** How long each player plays. */
const SECONDS = 20;

describe.skipIf(noChromium)("a live channel fed by the simulator", () => {
  const start = processStarter();
  let players: PlayerBrowser;
  let packager: LivePackager;
  /** Where nobody listens. */
  let dead: string;

  beforeAll(async () => {
    const port = await freeUdpPort();
    dead = `http://127.0.0.1:${await freeTcpPort()}/`;
    const input = ["--input", `udp://127.0.0.1:${port}`, "--segment", "1.92s"];
    packager = await LivePackager.start(start, ...input, "--push", dead);
    start(process.execPath, [PACKAGER, "simulate", "--out", `udp://127.0.0.1:${port}`]);
    players = await PlayerBrowser.launch();
    await packager.untilSegments("a2", 5);
  });

  afterAll(async () => {
    await players?.close();
  });

  test.concurrent.for<[player: string, manifest: string]>([
    ["hls.js", "index.m3u8"],
    ["dash.js", "manifest.mpd"],
    ["shaka", "manifest.mpd"],
    ["shaka", "index.m3u8"],
  ])("%s plays %s without a stall", async ([player, manifest], { expect }) => {
    const { page, complaints, look } = await players.play(player, `${packager.base}/live/${manifest}`);
    const before = await look();
    await sleep(SECONDS * 1000);
    const after = await look();
    report(`${player} ${manifest}`, before, after);
    expect([...after.errors, ...complaints]).toEqual([]);
    expect([after.waits, after.seeks]).toEqual([[], []]);
    const played = after.currentTime - before.currentTime;
    expect(Math.abs(played - (after.at - before.at))).toBeLessThan(1);
    expect(after.videoWidth).toBeGreaterThan(0);
    expect(after.totalVideoFrames - before.totalVideoFrames).toBeGreaterThan(SECONDS * 25 * 0.9);
    await page.close();
  });

  test("the page at / plays it and shows the scores of each rendition", async () => {
    const page = await players.browser.newPage();
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
    expect(await page.locator("article .timecode").textContent()).toBe("Timecode: locked (SMPTE), error 0 pictures");
    const encoder = (await page.locator("article .encoder summary").textContent())!;
    expect(encoder).toMatch(/^Encoder check: \d+ ok$/);
    const push = (await page.locator("article .push li").textContent())!;
    expect(push).toMatch(/^Push: failing, connect ECONNREFUSED [\d.:]+, [\d.]+ s behind, 0 sent/);
    expect(push).toContain(`(${dead})`);
    const scores = await page.locator(".rendition.video .score").allInnerTexts();
    expect(scores.map(Number).filter((score) => score > 0 && score <= 100)).toHaveLength(3);
    const cells = (await page.locator("tbody tr").allInnerTexts()).map((text) => text.split("\t"));
    for (const [number, score, penalties, errors, lost, ...metrics] of cells.slice(0, 3)) {
      expect(number).toMatch(/^\d{9}$/);
      expect([penalties, errors, lost]).toEqual(["–", "0", "0"]);
      expect([score, ...metrics].map(Number).filter((value) => value > 0)).toHaveLength(4);
    }
    // What the header says of the segment played is what the table says of it.
    const header = await page.locator(".header code").textContent();
    expect(header).toMatch(/org\.svta\.mqa-video=\d+, /);
    expect(complaints).toEqual([]);
    await page.close();
  });
});
