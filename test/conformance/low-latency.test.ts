import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { freeUdpPort } from "../support/free-port.ts";
import { LivePackager } from "../support/live-packager.ts";
import { LowLatencyPlaylistChecker } from "../support/ll-hls-checker.ts";
import { PACKAGER } from "../support/packager.ts";
import { processStarter } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

/** How long a playlist is followed. */
const SECONDS = Number(process.env["LOW_LATENCY_SECONDS"] ?? 20);
const TIMEOUT_MS = (SECONDS + 60) * 1000;

/** What a client that follows a playlist has seen. */
type Followed = {
  readonly faults: readonly string[];
  readonly reloads: number;
  readonly deltas: number;
  /** By URI, the bytes of each part. */
  readonly parts: ReadonlyMap<string, Buffer>;
  readonly wholeSegments: number;
  /** Segments that input was lost of. */
  readonly brokenOff: number;
};

/**
 * Follows a playlist as a player of low latency does: each reload waits for the next part, each part that is hinted at is asked for before it is
 * there. At the end each segment is compared with its parts.
 */
async function follow(packager: LivePackager, track: string, skips: boolean): Promise<Followed> {
  const folder = `${packager.base}/live/${track}`;
  const checker = new LowLatencyPlaylistChecker(4);
  const faults: string[] = [];
  const parts = new Map<string, Buffer>();
  const asked = new Map<string, Promise<void>>();
  const ask = (uri: string): void => {
    if (asked.has(uri)) return;
    const answer = fetch(`${folder}/${uri}`).then(async (response) => {
      if (response.status === 200) parts.set(uri, Buffer.from(await response.arrayBuffer()));
      else if (response.status !== 404) faults.push(`${uri} is answered with ${response.status}`);
    });
    asked.set(uri, answer);
  };
  const end = Date.now() + SECONDS * 1000;
  let directives = {};
  let [reloads, deltas] = [0, 0];
  let [number, part] = [0, 0];
  while (Date.now() < end) {
    const query = number === 0 ? "" : `?_HLS_msn=${number}&_HLS_part=${part}${skips ? "&_HLS_skip=YES" : ""}`;
    const response = await fetch(`${folder}/index.m3u8${query}`);
    const text = await response.text();
    if (response.status !== 200) {
      faults.push(`${query} is answered with ${response.status} ${text}`);
      break;
    }
    reloads++;
    if (text.includes("#EXT-X-SKIP:")) deltas++;
    faults.push(
      ...checker.take(text, { ...directives, skips: skips && number > 0 }).map((fault) => `${query}: ${fault}`),
    );
    for (const [, uri] of text.matchAll(/#EXT-X-PART:[^\n]*URI="([^"]+)"/g)) ask(uri!);
    ask(/PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(text)![1]!);
    ({ number, part } = checker.newest);
    part++;
    directives = { number, part: Math.max(0, part) };
    // Past the last part of a segment is the first of the next.
    if (checker.whole.at(-1)?.startsWith("#") === false) directives = { number: number + 1, part: 0 };
  }
  await Promise.all(asked.values());
  let wholeSegments = 0;
  for (const number of new Set([...parts.keys()].map((uri) => uri.split(".")[0]!))) {
    const response = await fetch(`${folder}/${number}.m4s`);
    const bytes = Buffer.from(await response.arrayBuffer());
    const own = [...parts].filter(([uri]) => uri.startsWith(`${number}.`)).sort(([a], [b]) => (a < b ? -1 : 1));
    if (own[0]?.[0] !== `${number}.0.m4s` || bytes.length !== own.reduce((sum, [, { length }]) => sum + length, 0))
      continue;
    if (!Buffer.concat(own.map(([, bytes]) => bytes)).equals(bytes)) faults.push(`${number} is not its parts`);
    wholeSegments++;
  }
  return { faults, reloads, deltas, parts, wholeSegments, brokenOff: checker.brokenOff.size };
}

describe("LL-HLS, followed by a strict client", () => {
  const start = processStarter();
  const folder = temporaryFolder();

  async function channel(faults: readonly string[] = []): Promise<readonly LivePackager[]> {
    const [a, b] = [await freeUdpPort(), await freeUdpPort()];
    const options = (port: number): string[] => [
      ...["--input", `udp://127.0.0.1:${port}`, "--segment", "1.92s"],
      ...["--low-latency", "--part", "0.5s", "--timecode-wait", "forever"],
    ];
    const first = await LivePackager.start(start, ...options(a));
    start(process.execPath, [
      PACKAGER,
      ...["simulate", "--out", `udp://127.0.0.1:${a}`, `udp://127.0.0.1:${b}`],
      ...(faults.length === 0 ? [] : ["--seed", "7", "--fault", ...faults]),
    ]);
    await first.untilSegments("a2", 4);
    if (faults.length > 0) return [first];
    // It joins the stream in the middle.
    const second = await LivePackager.start(start, ...options(b));
    await second.untilSegments("a2", 2);
    return [first, second];
  }

  test("keeps every rule on every reload, with and without delta updates; two packagers have the same parts", {
    timeout: TIMEOUT_MS,
  }, async () => {
    const [first, second] = (await channel()) as [LivePackager, LivePackager];
    const [whole, delta, sound, other] = await Promise.all([
      follow(first, "v1", false),
      follow(first, "v1", true),
      follow(first, "a1", true),
      follow(second, "v1", false),
    ]);
    for (const [name, { faults, reloads, deltas, parts, wholeSegments, brokenOff }] of Object.entries({
      whole,
      delta,
      sound,
      other,
    })) {
      console.info(
        `${name}: ${reloads} reloads, ${deltas} delta updates, ${parts.size} parts, ${wholeSegments} segments`,
      );
      expect(faults).toEqual([]);
      expect(brokenOff).toBe(0);
      // As many as there were parts.
      expect(reloads).toBeGreaterThan(SECONDS * 1.8);
      expect(wholeSegments).toBeGreaterThan(SECONDS / 1.92 - 3);
    }
    expect(whole.deltas).toBe(0);
    let same = 0;
    for (const [uri, bytes] of other.parts) {
      const twin = whole.parts.get(uri);
      if (twin === undefined) continue;
      expect(twin.equals(bytes)).toBe(true);
      same++;
    }
    expect(same).toBeGreaterThan(SECONDS);
  });

  test("keeps every rule in rain, over gaps and jumps, and without I-frames", { timeout: TIMEOUT_MS }, async () => {
    const faults = ["rain@13s+4s=0.5%", "gap@18s+1.3s", "missing-iframe@21s+2s", "restart@25s+1s"];
    const [first] = (await channel(faults)) as [LivePackager, LivePackager];
    const [whole, delta, sound] = await Promise.all([
      follow(first, "v1", false),
      follow(first, "v2", true),
      follow(first, "a1", true),
    ]);
    for (const { faults, parts } of [whole, delta, sound]) {
      expect(faults).toEqual([]);
      expect(parts.size).toBeGreaterThan(SECONDS);
    }
  });

  test("channels of low latency and ordinary ones live in one process", async () => {
    const [fast, slow] = [await freeUdpPort(), await freeUdpPort()];
    const config = join(folder, "config.yaml");
    writeFileSync(
      config,
      `listen: 127.0.0.1:0
channels:
  - { name: live, inputs: ["udp://127.0.0.1:${fast}"], segment: 1.92s, lowLatency: {} }
  - { name: slow, inputs: ["udp://127.0.0.1:${slow}"], segment: 1.92s }
`,
    );
    const packager = await LivePackager.run(start, config);
    start(process.execPath, [PACKAGER, ...["simulate", "--out", `udp://127.0.0.1:${fast}`, `udp://127.0.0.1:${slow}`]]);
    await packager.untilSegments("a2", 3);
    const text = async (path: string): Promise<string> => (await packager.get(path)).text();
    await until("the other to be there", async () => (await packager.get("/slow/v1/index.m3u8")).ok);
    expect(await text("/live/v1/index.m3u8")).toContain("#EXT-X-PART:");
    expect(await text("/slow/v1/index.m3u8")).not.toMatch(/EXT-X-(PART|SERVER-CONTROL)/);
    expect(await text("/live/manifest.mpd")).toContain("availabilityTimeOffset");
    expect(await text("/slow/manifest.mpd")).toContain("<SegmentTimeline>");
    const { channels } = JSON.parse(await text("/api/channels"));
    expect(channels.map(({ status }: { status: { lowLatency?: unknown } }) => status.lowLatency)).toEqual([
      { partSeconds: 0.5 },
      undefined,
    ]);
    expect(packager.faults()).toEqual([]);
  });
});
