import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { freeUdpPort } from "../support/free-port.ts";
import { LivePackager } from "../support/live-packager.ts";
import { PACKAGER } from "../support/packager.ts";
import { processStarter } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const path = join(temporaryFolder(), "config.yaml");
const start = processStarter();

describe("SIGHUP under load", () => {
  let packager: LivePackager;
  let ports: readonly number[];

  const channel = (name: string, port: number, more = {}) => ({
    name,
    inputs: [`udp://127.0.0.1:${ports[port]}`],
    ...{ segment: "1.92s", timecode: { wait: "forever" } },
    ...more,
  });

  const configure = (channels: readonly unknown[]): void =>
    writeFileSync(path, stringify({ listen: "127.0.0.1:0", channels }));

  /** Lines of the log with this message. */
  const logged = (text: string): number => packager.log().filter(({ msg }) => msg === text).length;

  async function reload(message: string): Promise<void> {
    const before = logged(message);
    packager.running.child.kill("SIGHUP");
    await until(message, () => logged(message) > before);
  }

  const names = async (): Promise<readonly string[]> => {
    const { channels } = (await (await packager.get("/api/channels")).json()) as { channels: { name: string }[] };
    return channels.map(({ name }) => name);
  };

  const metric = async (name: string): Promise<string | undefined> =>
    new RegExp(`^${name} (.*)$`, "m").exec(await (await packager.get("/metrics")).text())?.[1];

  beforeAll(async () => {
    ports = await Promise.all([freeUdpPort(), freeUdpPort(), freeUdpPort()]);
    configure([channel("live", 0), channel("sport", 1)]);
    packager = await LivePackager.run(start, path);
    start(process.execPath, [PACKAGER, "simulate", "--out", ...ports.map((port) => `udp://127.0.0.1:${port}`)]);
    await packager.untilSegments("v1", 2);
  });

  test("changes, adds and removes channels, and another one loses nothing, nor do those who fetch it", async () => {
    const first = (await packager.segments("v1"))[0]!.number;
    const failures: string[] = [];
    let fetched = 0;
    let isOver = false;
    const clients = Array.from({ length: 8 }, async () => {
      while (!isOver) {
        for (const { path } of (await packager.segments("v1")).slice(-2)) {
          const response = await packager.get(path);
          if (!response.ok) failures.push(`${path}: ${response.status}`);
          await response.arrayBuffer();
          fetched++;
        }
        await sleep(10);
      }
    });
    const others = [
      [channel("sport", 1, { segment: "3.84s" })],
      [channel("sport", 1, { lowLatency: {} }), channel("film", 2)],
      [channel("sport", 2), channel("film", 1)],
      [channel("film", 1)],
      [],
      [channel("sport", 1)],
    ];
    for (const more of others) {
      configure([...more, channel("live", 0)]);
      await reload("configuration loaded");
      expect(await names()).toEqual([...more.map(({ name }) => name), "live"]);
      await sleep(1500);
    }
    await until("the channel that came back", async () => (await packager.get("/sport/v1/index.m3u8")).ok);
    isOver = true;
    await Promise.all(clients);
    expect(failures).toEqual([]);
    expect(fetched).toBeGreaterThan(100);
    const numbers = (await packager.segments("v1", first)).map(({ number }) => number);
    expect(numbers.length).toBeGreaterThan(5);
    expect(numbers).toEqual(numbers.map((_, i) => first + i));
    const quality = (await (await packager.get("/live/v1/quality.json")).json()) as {
      readonly records: readonly { readonly quality: { readonly pictures: { readonly lost: number } } }[];
    };
    expect(quality.records.map((segment) => segment.quality.pictures.lost)).toEqual(quality.records.map(() => 0));
    expect((await packager.get("/film/v1/index.m3u8")).status).toBe(404);
    expect(packager.faults()).toEqual([]);
  });

  test("of a file with mistakes says them all, and changes nothing", async () => {
    const before = await names();
    configure([channel("live", 0, { segment: "soon" }), channel("sport", 1, { colour: "red" })]);
    await reload("the configuration has mistakes: everything goes on as before");
    const [{ mistakes }] = packager.faults() as unknown as readonly [{ readonly mistakes: readonly string[] }];
    expect(mistakes).toEqual([
      expect.stringContaining("channels[0].segment"),
      expect.stringContaining('channels[1]: "colour" is not allowed'),
    ]);
    expect(await names()).toEqual(before);
    expect(await metric("mqa_packager_config_last_reload_successful")).toBe("0");
    configure([channel("live", 0), channel("sport", 1)]);
    await reload("configuration loaded");
    expect(await metric("mqa_packager_config_last_reload_successful")).toBe("1");
  });

  test("ends the event streams of a channel that is gone, and of no other", async () => {
    const [live, sport] = await Promise.all(["live", "sport"].map((name) => packager.get(`/${name}/quality/events`)));
    configure([channel("live", 0)]);
    await reload("configuration loaded");
    // It ends, and not by a broken connection.
    await sport!.text();
    const { value } = await live!.body!.getReader().read();
    expect(new TextDecoder().decode(value)).toContain("event: segment");
  });
});

test("SIGHUP ends a run without a configuration file, as a terminal that is closed wants it", async () => {
  const flags = ["--input", `udp://127.0.0.1:${await freeUdpPort()}`];
  const packager = await LivePackager.start(start, ...flags);
  packager.running.child.kill("SIGHUP");
  expect(await packager.running.ended).toEqual({ code: null, signal: "SIGHUP" });
});
