import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, test } from "vitest";
import { freeUdpPort } from "../support/free-port.ts";
import { LivePackager } from "../support/live-packager.ts";
import { PACKAGER } from "../support/packager.ts";
import { processStarter } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { noChromium, PlayerBrowser } from "./player-page.ts";

const SECONDS = 8;

describe.skipIf(noChromium)("a live channel whose manifests say all there is to say of quality", () => {
  const start = processStarter();
  const folder = temporaryFolder();
  let players: PlayerBrowser;
  let packager: LivePackager;

  beforeAll(async () => {
    const port = await freeUdpPort();
    const config = join(folder, "config.yaml");
    writeFileSync(
      config,
      `listen: 127.0.0.1:0
quality: { manifests: { dateRange: true, events: true, cmsdTags: true } }
channels: [{ name: live, inputs: ["udp://127.0.0.1:${port}"], segment: 1.92s }]
`,
    );
    packager = await LivePackager.run(start, config);
    start(process.execPath, [PACKAGER, "simulate", "--out", `udp://127.0.0.1:${port}`]);
    players = await PlayerBrowser.launch();
    await packager.untilSegments("a2", 5);
  });

  afterAll(async () => {
    await players?.close();
  });

  test.concurrent.for<[player: string, manifest: string, hears: boolean]>([
    ["hls.js", "index.m3u8", true],
    ["dash.js", "manifest.mpd", true],
    ["shaka", "manifest.mpd", false],
    ["shaka", "index.m3u8", false],
  ])("%s plays %s, and hears the headers' scores from it: %s", async ([player, manifest, hears], { expect }) => {
    const { page, complaints, look } = await players.play(player, `${packager.base}/live/${manifest}`);
    await sleep(SECONDS * 1000);
    const { errors, waits, seeks, heard } = await look();
    expect([...errors, ...complaints]).toEqual([]);
    expect([waits, seeks]).toEqual([[], []]);
    const scores = Object.entries(heard).filter(([segment]) => segment.startsWith("v"));
    expect(scores.length > 3).toBe(hears);
    for (const [segment, score] of scores) {
      const response = await packager.get(`/live/${segment.replace("-", "/")}.m4s`, { method: "HEAD" });
      expect(response.headers.get("cmsd-static")).toContain(`org.svta.mqa-video=${score},`);
    }
    await page.close();
  });
});
