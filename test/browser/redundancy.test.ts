import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freeUdpPort } from "../support/free-port.ts";
import { LivePackager } from "../support/live-packager.ts";
import { PACKAGER } from "../support/packager.ts";
import { processStarter } from "../support/processes.ts";
import { noChromium, PlayerBrowser, type Playing, report } from "./player-page.ts";

/** Seconds after the simulator starts. */
const WRAP_SECONDS = 40;
/** Seconds after the players have started. */
const SCENE = { killFirst: 5, restartFirst: 8, killSecond: 26, end: 36 };
const PLAYERS = [
  ["hls.js", "index.m3u8"],
  ["dash.js", "manifest.mpd"],
  ["shaka", "manifest.mpd"],
] as const;

/** The least that an origin does: answers from the packager it used last, and from the other where that fails. */
class Origin {
  readonly #server: Server;
  /** Where the packagers serve; that used last is first. */
  sides: string[];
  switches = 0;

  constructor(sides: readonly string[]) {
    this.sides = [...sides];
    this.#server = createServer(async ({ url = "" }, response) => {
      for (const side of [...this.sides]) {
        const answer = await fetch(side + url).catch(() => undefined);
        if (answer?.ok !== true) continue;
        const body = Buffer.from(await answer.arrayBuffer().catch(() => new ArrayBuffer(0)));
        if (body.length === 0) continue;
        if (!url.endsWith(".m4s") && side !== this.sides[0]) this.#prefer(side);
        response.writeHead(200, {
          "Content-Type": answer.headers.get("Content-Type")!,
          "Access-Control-Allow-Origin": "*",
        });
        response.end(body);
        return;
      }
      response.writeHead(404, { "Access-Control-Allow-Origin": "*" }).end();
    });
  }

  async listen(): Promise<string> {
    await once(this.#server.listen(0, "127.0.0.1"), "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
  }

  #prefer(side: string): void {
    this.sides = [side, ...this.sides.filter((other) => other !== side)];
    this.switches++;
  }
}

describe.skipIf(noChromium)("players behind an origin with two packagers", () => {
  const start = processStarter();
  let players: PlayerBrowser;

  beforeAll(async () => {
    players = await PlayerBrowser.launch();
  });

  afterAll(async () => {
    await players?.close();
  });

  test("play on while one is killed and started again, then the other, and across a wrap of the clock", {
    timeout: 180_000,
  }, async () => {
    const ports = [await freeUdpPort(), await freeUdpPort()];
    const run = (n: number): Promise<LivePackager> =>
      LivePackager.start(start, "--input", `udp://127.0.0.1:${ports[n]}`, "--segment", "1.92s");
    const packagers = [await run(0), await run(1)];
    const origin = new Origin(packagers.map(({ base }) => base));
    const base = await origin.listen();
    const wrap = BigInt(Math.round(Date.now() / 1000) + WRAP_SECONDS) * 90_000n;
    const ptsOrigin = (2n ** 33n - (wrap % 2n ** 33n)) % 2n ** 33n;
    const outputs = ports.map((port) => `udp://127.0.0.1:${port}`);
    start(process.execPath, [PACKAGER, "simulate", "--pts-origin", `${ptsOrigin}`, "--out", ...outputs]);
    await packagers[1]!.untilSegments("a2", 7);

    const playing = await Promise.all(
      PLAYERS.map(
        async ([player, manifest]): Promise<[string, Playing]> => [
          `${player} ${manifest}`,
          await players.play(player, `${base}/live/${manifest}`),
        ],
      ),
    );
    const looks = () => Promise.all(playing.map(([, { look }]) => look()));
    const began = performance.now();
    const until = (seconds: number) => sleep(Math.max(0, began + seconds * 1000 - performance.now()));
    const before = await looks();
    await until(SCENE.killFirst);
    await packagers[0]!.running.end("SIGKILL");
    await until(SCENE.restartFirst);
    packagers[0] = await run(0);
    origin.sides = [...origin.sides.slice(0, 1), packagers[0].base];
    await until(SCENE.killSecond);
    expect(Date.now() / 1000).toBeGreaterThan(Number(wrap / 90_000n));
    await packagers[1]!.running.end("SIGKILL");
    await until(SCENE.end);
    const after = await looks();
    origin.close();

    expect(origin.switches).toBe(2);
    for (const [n, [name, { complaints }]] of playing.entries()) {
      report(name, before[n]!, after[n]!);
      expect.soft([...after[n]!.errors, ...complaints], name).toEqual([]);
      expect.soft([after[n]!.waits, after[n]!.seeks], name).toEqual([[], []]);
      const played = after[n]!.currentTime - before[n]!.currentTime;
      // Who stands still or leaps is seen above; on a busy machine the pictures themselves may come late.
      expect.soft(Math.abs(played - (after[n]!.at - before[n]!.at)), name).toBeLessThan(2);
    }
  });
});
