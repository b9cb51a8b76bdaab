import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { LiveChannels } from "../../src/cli/live-channels.ts";
import { Reloader } from "../../src/cli/reloader.ts";
import { type RunConfig, runConfigSchema } from "../../src/config/run-config.ts";
import { flagSettings, readSettings } from "../../src/config/settings.ts";
import { ConfigError } from "../../src/problem/config-error.ts";
import { runSimulation } from "../../src/simulate/simulate.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { freeUdpPort } from "../support/free-port.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

type Given = Readonly<Record<string, unknown>>;

let ports: number[];
let running: LiveChannels[];
let log: { readonly level: number; readonly msg: string; readonly mistakes?: string[]; readonly options?: string[] }[];
const logger = pino({ base: null }, { write: (line: string) => log.push(JSON.parse(line) as (typeof log)[number]) });

beforeEach(async () => {
  ports = await Promise.all([freeUdpPort(), freeUdpPort(), freeUdpPort()]);
  running = [];
  log = [];
});

afterEach(() => Promise.all(running.map((channels) => channels.stop())));

function config(channels: readonly Given[], more: Given = {}): RunConfig {
  return readSettings(runConfigSchema, flagSettings({ ...more, channels }, {}));
}

/** A channel on one of the ports. */
const channel = (name: string, port = 0, more: Given = {}): Given => ({
  name,
  inputs: [`udp://127.0.0.1:${ports[port]}`],
  ...more,
});

function start(channels: readonly Given[]): LiveChannels {
  const live = new LiveChannels(config(channels), logger);
  running.push(live);
  live.start();
  return live;
}

describe("another configuration", () => {
  const reload = async (before: readonly Given[], after: readonly Given[]) => {
    const live = start(before);
    const were = new Map(live.byName);
    const changes = await live.reload(config(after).channels);
    const same = [...live.byName].filter(([name, one]) => were.get(name) === one && !one.closing.aborted);
    const ended = [...were].filter(([, one]) => one.closing.aborted).map(([name]) => name);
    return { changes, names: [...live.byName.keys()], same: same.map(([name]) => name), ended };
  };
  const none = { added: [], changed: [], removed: [], failed: [] };

  test("that is the same touches nothing", async () => {
    const channels = [channel("a", 0, { timecode: { wait: "forever", timeZone: "Europe/Berlin" } }), channel("b", 1)];
    expect(await reload(channels, channels)).toEqual({
      ...{ changes: none, names: ["a", "b"], same: ["a", "b"], ended: [] },
    });
  });

  test("that is written otherwise, but means the same, touches nothing", async () => {
    const after = channel("a", 0, { segment: "2000ms", window: 60, push: [] });
    expect((await reload([channel("a", 0)], [after])).changes).toEqual(none);
  });

  test("adds a channel", async () => {
    expect(await reload([channel("a", 0)], [channel("b", 1), channel("a", 0)])).toEqual({
      changes: { ...none, added: ["b"] },
      ...{ names: ["b", "a"], same: ["a"], ended: [] },
    });
  });

  test("removes a channel", async () => {
    expect(await reload([channel("a", 0), channel("b", 1)], [channel("b", 1)])).toEqual({
      changes: { ...none, removed: ["a"] },
      ...{ names: ["b"], same: ["b"], ended: ["a"] },
    });
  });

  test("gives a channel another name: that is another channel", async () => {
    expect((await reload([channel("a", 0)], [channel("b", 0)])).changes).toEqual({
      ...none,
      ...{ added: ["b"], removed: ["a"] },
    });
  });

  test("lets two channels take each other's inputs", async () => {
    const { changes, same, ended } = await reload(
      [channel("a", 0), channel("b", 1), channel("c", 2)],
      [channel("a", 1), channel("b", 0), channel("c", 2)],
    );
    expect(changes).toEqual({ ...none, changed: ["a", "b"] });
    expect({ same, ended }).toEqual({ same: ["c"], ended: ["a", "b"] });
    expect(log.filter(({ msg }) => msg === "input lost")).toEqual([]);
  });

  test.for<[what: string, more: Given]>([
    ["segment", { segment: "4s" }],
    ["window", { window: "61s" }],
    ["low latency", { lowLatency: {} }],
    ["the part", { lowLatency: { part: "400ms" } }],
    ["what is missing", { lowLatency: { missing: "not-found" } }],
    ["damaged", { damaged: "keep" }],
    ["a target", { push: [{ url: "http://127.0.0.1:9/x" }] }],
    ["a target's queue", { push: [{ url: "http://127.0.0.1:9/x", queue: "5s" }] }],
    ["the source of timecodes", { timecode: { source: "smpte" } }],
    ["the offset of timecodes", { timecode: { utcOffset: "+01:00" } }],
    ["the zone of timecodes", { timecode: { timeZone: "Asia/Tokyo" } }],
    ["the clock error", { timecode: { maxClockError: "10s" } }],
    ["the wait", { timecode: { wait: "5s" } }],
    ["an endless wait", { timecode: { wait: "forever" } }],
    ["the number offset", { timecode: { numberOffset: 1 } }],
    ["the programme", { inputs: ["udp://239.1.1.1:5000?program=2&interface=127.0.0.1"] }],
  ])("in which %s is another changes that channel alone, and back again", async ([, more]) => {
    const [before, after] = [channel("a", 0), channel("a", 0, more)];
    const other = channel("b", 1);
    const live = start([before, other]);
    const b = live.byName.get("b");
    expect(await live.reload(config([after, other]).channels)).toEqual({ ...none, changed: ["a"] });
    expect(await live.reload(config([after, other]).channels)).toEqual(none);
    expect(await live.reload(config([before, other]).channels)).toEqual({ ...none, changed: ["a"] });
    expect(live.byName.get("b")).toBe(b);
  });

  test("with a channel that cannot run leaves that one as it was, and starts the others", async () => {
    const before = [channel("a", 0), channel("b", 1)];
    const after = [{ ...channel("a", 0), inputs: ["/no/such/file.ts"] }, channel("b", 1), channel("c", 2)];
    const { changes, names, ended } = await reload(before, after);
    expect(changes).toEqual({ ...none, added: ["c"], failed: ["a"] });
    expect({ names, ended }).toEqual({ names: ["a", "b", "c"], ended: [] });
    expect(log.find(({ msg }) => msg.startsWith("not started"))).toMatchObject({ level: 50, channel: "a" });
  });

  test("with a new channel that cannot run has that one not at all", async () => {
    const { changes, names } = await reload([channel("a", 0)], [channel("a", 0), { name: "b", inputs: ["/no/such"] }]);
    expect(changes).toEqual({ ...none, failed: ["b"] });
    expect(names).toEqual(["a"]);
  });
});

test("standard input cannot be read anew: a channel of it goes on as it was", async () => {
  const { changes, ended } = await (async () => {
    const live = new LiveChannels(config([{ name: "a", inputs: ["-"] }]), logger);
    const channel = live.byName.get("a")!;
    const changes = await live.reload(config([{ name: "a", inputs: ["-"], segment: "4s" }]).channels);
    return { changes, ended: channel.closing.aborted };
  })();
  expect({ changes, ended }).toMatchObject({ changes: { changed: [], failed: ["a"] }, ended: false });
});

test("what waits for a receiver that does not answer holds up no reload, and is still waited for at the end", async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const { port } = silent.address() as { readonly port: number };
  const recording = join(temporaryFolder(), "recording.m2ts");
  const outputs = [`file:${recording}`];
  const simulation = {
    outputs,
    start: Date.UTC(2026, 0, 1) as Milliseconds,
    duration: 8000 as Milliseconds,
    fast: true,
    report: () => {},
  };
  await runSimulation(simulation, new AbortController().signal);
  const pushed = { name: "a", inputs: [recording], segment: "1.92s", push: [{ url: `http://127.0.0.1:${port}/x/` }] };
  const live = start([pushed, channel("b", 1)]);
  type Status = { readonly push: readonly [{ readonly state: string }] };
  await until("a request", () => (live.byName.get("a")!.status() as Status).push[0].state === "sending");
  const changed = live.reload(config([{ ...pushed, window: "61s" }, channel("b", 1, { window: "61s" })]).channels);
  const first = await Promise.race([changed, sleep(2000)]);
  expect(first).toMatchObject({ changed: ["a", "b"] });
  const stopped = live.stop();
  expect(await Promise.race([stopped.then(() => "stopped"), sleep(500)])).toBeUndefined();
  await stopped;
  silent.close();
  silent.closeAllConnections();
}, 30_000);

describe("a reload", () => {
  const at = { now: 1000 as Milliseconds };
  const open = (channels: readonly Given[]) => {
    const initial = config(channels);
    const live = new LiveChannels(initial, logger);
    running.push(live);
    live.start();
    at.now = 1000 as Milliseconds;
    return { live, reloader: new Reloader(initial, live, logger, () => at.now) };
  };

  test("is told in the log and in the status", async () => {
    const { live, reloader } = open([channel("a", 0)]);
    expect(reloader.status).toEqual({ isCurrent: true, loadedAt: 1000 });
    at.now = 5000 as Milliseconds;
    await reloader.reload(async () => config([channel("a", 0), channel("b", 1)]));
    expect([...live.byName.keys()]).toEqual(["a", "b"]);
    expect(reloader.status).toEqual({ isCurrent: true, loadedAt: 5000 });
    expect(log.at(-1)).toMatchObject({
      msg: "configuration loaded",
      added: ["b"],
      changed: [],
      removed: [],
      failed: [],
    });
  });

  test("of a configuration with mistakes changes nothing, and says each", async () => {
    const { live, reloader } = open([channel("a", 0)]);
    const before = live.byName.get("a");
    at.now = 5000 as Milliseconds;
    await reloader.reload(async () => {
      throw new ConfigError([
        { option: "channels[0].segment", value: "soon", allowed: "it must be a duration" },
        { option: "listen", value: "x", allowed: "it must be HOST:PORT" },
      ]);
    });
    expect(live.byName.get("a")).toBe(before);
    expect(reloader.status).toEqual({ isCurrent: false, loadedAt: 1000 });
    const line = log.find(({ level }) => level === 50)!;
    expect(line.mistakes).toEqual([
      'channels[0].segment: "soon" is not allowed; it must be a duration',
      'listen: "x" is not allowed; it must be HOST:PORT',
    ]);
    await reloader.reload(async () => config([channel("a", 0)]));
    expect(reloader.status.isCurrent).toBe(true);
  });

  test("with a channel that cannot run is not in force as a whole", async () => {
    const { reloader } = open([channel("a", 0)]);
    await reloader.reload(async () => config([channel("a", 0), { name: "b", inputs: ["/no/such"] }]));
    expect(reloader.status.isCurrent).toBe(false);
  });

  test.for<[option: string, more: Given]>([
    ["listen", { listen: ":9999" }],
    ["identifier", { identifier: "b" }],
    ["log", { log: { level: "warn" } }],
    ["quality", { quality: { threshold: 70 } }],
    ["quality", { quality: { publish: { keyPrefix: "com.example" } } }],
    ["quality", { quality: { manifests: { events: true } } }],
  ])("in which %s is another says that it needs a restart", async ([option, more]) => {
    const { live, reloader } = open([channel("a", 0)]);
    const before = live.byName.get("a");
    await reloader.reload(async () => config([channel("a", 0)], more));
    expect(log.at(-1)).toMatchObject({
      level: 40,
      msg: "what changed here needs a restart of the process",
      options: [option],
    });
    expect(live.byName.get("a")).toBe(before);
  });

  test("that is asked for while one is at work is done once more, however often it is asked for", async () => {
    const { live, reloader } = open([channel("a", 0)]);
    let loads = 0;
    const load = async () => config([channel("a", 0), channel("b", 1, { segment: `${++loads}s` })]);
    await Promise.all([reloader.reload(load), reloader.reload(load), reloader.reload(load)]);
    expect(loads).toBe(2);
    expect(live.byName.get("b")!.status()).toMatchObject({ segmentSeconds: 2 });
  });

  test("does nothing any more once the service closes", async () => {
    const { live, reloader } = open([channel("a", 0)]);
    await reloader.close();
    await reloader.reload(async () => config([channel("b", 1)]));
    expect([...live.byName.keys()]).toEqual(["a"]);
  });
});
