import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { leftOut } from "../support/lacking.ts";
import { PROJECT } from "../support/packager.ts";
import { until } from "../support/until.ts";

const CHROMIUM = "/usr/bin/chromium";
/** A player that has not started by then never will. */
export const START_SECONDS = 20;

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
export type Look = {
  readonly errors: readonly string[];
  /** Seconds after the start at which it had nothing to play. */
  readonly waits: readonly number[];
  /** Seconds after the start at which it went elsewhere. */
  readonly seeks: readonly number[];
  /** Scores of segments of pictures by track and number, as its manifest told them. */
  readonly heard: Readonly<Record<string, string>>;
  /** Four times a second since the start: how long ago the picture shown was taken, in milliseconds, and how fast it plays. */
  readonly latencies: readonly number[];
  readonly rates: readonly number[];
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

/** False, or why no player can be tested. */
export const noChromium: string | false = existsSync(CHROMIUM) ? false : leftOut(`no ${CHROMIUM}`);

/** A browser with a page for each player. */
export class PlayerBrowser {
  readonly browser: Browser;
  readonly #server: Server;

  private constructor(browser: Browser, server: Server) {
    this.browser = browser;
    this.#server = server;
  }

  static async launch(): Promise<PlayerBrowser> {
    const server = createServer(({ url = "" }, response) => {
      const found = FILES[url];
      if (found === undefined) response.writeHead(404).end();
      else response.setHeader("Content-Type", found[1]).end(readFileSync(resolve(PROJECT, found[0])));
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: [...ARGUMENTS, ...BACKGROUND] });
    return new PlayerBrowser(browser, server);
  }

  /** Starts a player and waits until it plays. @param lowLatency - It is told to stay close to the live edge. */
  async play(player: string, url: string, lowLatency = false): Promise<Playing> {
    const page = await this.browser.newPage();
    const complaints: string[] = [];
    page.on("pageerror", ({ message }) => complaints.push(message));
    await page.goto(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`);
    const handle = await page.evaluateHandle<{ readonly look: () => Look }>(
      `play("${player}", "${url}", ${lowLatency})`,
    );
    const look = (): Promise<Look> => handle.evaluate((record) => record.look());
    await until(`${player} to start`, async () => (await look()).started !== undefined, START_SECONDS * 1000);
    return { page, complaints, look };
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.#server.close();
  }
}

/** One player. */
export type Playing = {
  readonly page: Page;
  /** What its page threw. */
  readonly complaints: readonly string[];
  look(): Promise<Look>;
};

/** Prints what a player did between two looks. */
export function report(name: string, before: Look, after: Look): void {
  const { started = 0, requested, videoWidth, videoHeight, buffered, playbackRate } = after;
  const frames = after.totalVideoFrames - before.totalVideoFrames;
  const dropped = after.droppedVideoFrames - before.droppedVideoFrames;
  const seconds = (value: number): string => value.toFixed(2);
  console.info(
    `${name}: started after ${seconds(started - requested)} s, played ${seconds(after.currentTime - before.currentTime)} s in ` +
      `${seconds(after.at - before.at)} s, ${frames} pictures of ${videoWidth}x${videoHeight}, ${dropped} dropped, ` +
      `${after.waits.length} stalls, ${after.seeks.length} seeks, ${seconds(buffered)} s buffered, rate ${playbackRate}`,
  );
}
