import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { configJsonSchema, type LoadedConfig, loadConfigFile } from "../../src/config/load-config.ts";
import type { RunConfig } from "../../src/config/run-config.ts";
import { defaultQualitySignals } from "../../src/manifest/quality-signals.ts";
import { defaultPublishOptions } from "../../src/quality/publish-options.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import { defaultTimecode } from "../../src/timeline/timecode-options.ts";
import { PROJECT } from "../support/packager.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { loadText } from "./read.ts";

const path = join(temporaryFolder(), "config.yaml");
const CHANNEL = 'channels: [{ name: news, inputs: ["udp://:5000"] }]\n';

const load = (text: string, environment: Record<string, string> = {}): RunConfig =>
  loadText(path, text, environment).config;

test("three lines make a channel", () => {
  const config = load("channels:\n  - name: news\n    inputs: [srt://:9000]\n");
  expect(config).toEqual({
    listen: { host: "0.0.0.0", port: 8080 },
    log: { level: "info", format: "auto" },
    quality: defaultQualityOptions,
    publish: defaultPublishOptions,
    signals: defaultQualitySignals,
    channels: [
      {
        name: "news",
        inputs: [{ kind: "srt", mode: "listener", host: "0.0.0.0", port: 9000 }],
        ...{ segmentDuration: 2000, window: 60_000, damaged: "hide", push: [] },
        ...{ timecode: defaultTimecode, numberOffset: 0 },
      },
    ],
  });
});

test("what it says of quality, of manifests and of who serves is taken", () => {
  const { quality, publish, signals } = load(
    `identifier: site-b\nquality: { threshold: 70, publish: { keyPrefix: com.example.mqa }, manifests: { score: false, events: true } }\n${CHANNEL}`,
  );
  const published = { ...defaultPublishOptions, identifier: "site-b", keyPrefix: "com.example.mqa" };
  expect(quality).toEqual({ ...defaultQualityOptions, threshold: 70 });
  expect(publish).toEqual(published);
  expect(signals).toEqual({ score: false, dateRange: false, events: true, cmsdTags: false, publish: published });
});

test("channels of low latency stand beside ordinary ones, and take over what merge keys give them", () => {
  const { channels } = load(`channels:
  - &base { name: news, inputs: ["udp://:5000"], segment: 1.92s, lowLatency: { part: 400ms, missing: not-found } }
  - { name: sport, inputs: ["udp://:5001"], lowLatency: {} }
  - { name: film, inputs: ["udp://:5002"] }
  - { <<: *base, name: more, inputs: ["udp://:5003"] }
`);
  expect(channels.map(({ name, segmentDuration, lowLatency }) => [name, segmentDuration, lowLatency])).toEqual([
    ["news", 1920, { part: 400, missing: "not-found" }],
    ["sport", 2000, { part: 500, missing: "empty" }],
    ["film", 2000, undefined],
    ["more", 1920, { part: 400, missing: "not-found" }],
  ]);
});

test("a multicast group may be joined by several channels", () => {
  const input = (program: number): string => `"udp://239.1.1.1:5000?program=${program}"`;
  const text = `channels: [{ name: a, inputs: [${input(1)}] }, { name: b, inputs: [${input(2)}] }]`;
  expect(load(text).channels).toHaveLength(2);
});

test("of very many mistakes the first are said, and how many there are", () => {
  const text = `${Array.from({ length: 5000 }, (_, i) => `x${i}: 1`).join("\n")}\n${CHANNEL}`;
  const lines = (): readonly string[] => {
    try {
      load(text);
      return [];
    } catch (error) {
      return (error as Error).message.split("\n");
    }
  };
  expect(lines()).toHaveLength(101);
  expect(lines().at(-1)).toBe("and 4900 more mistakes");
});

test("a file that is none, or too large to be one, is refused before it is read", () => {
  const large = join(temporaryFolder(), "large.yaml");
  writeFileSync(large, "");
  truncateSync(large, 3_000_000_000);
  expect(() => loadConfigFile(large, {})).toThrow("it must be at most 1048576 bytes");
  expect(() => loadConfigFile("/dev/zero", {})).toThrow("it must be a file or a pipe");
  const text = "channels: [{ name: a, inputs: ['srt://:9000?passphrase=file:/dev/zero'] }]";
  expect(() => load(text)).toThrow("it must be a file or a pipe");
});

describe("the JSON Schema", () => {
  const schema = configJsonSchema();

  test("is the one in docs", async () => {
    const shipped = join(PROJECT, "docs/configuration.schema.json");
    await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(shipped);
  });

  test("describes every option, and says its default", () => {
    const nameless: string[] = [];
    const look = (node: Record<string, unknown>, name: string): void => {
      if (name !== "" && typeof node["description"] !== "string") nameless.push(name);
      const properties = (node["properties"] ?? {}) as Record<string, Record<string, unknown>>;
      for (const [key, child] of Object.entries(properties)) look(child, `${name}.${key}`);
      if (node["items"] !== undefined) look(node["items"] as Record<string, unknown>, `${name}[]`);
    };
    look(schema as Record<string, unknown>, "");
    expect(nameless).toEqual([]);
  });

  const ajv = new Ajv2020({ strict: false });
  const isValid = ajv.compile(schema);

  test.for([
    CHANNEL,
    "channels:\n  - name: news\n    inputs: [srt://:9000]\n    segment: 2\n    window: 90\n",
    `quality: { threshold: 1, pooling: { vmaf: min }, score: { tsErrorWeights: { continuity: 2 } }, publish: { headerBudget: 1KiB } }\n${CHANNEL}`,
    `channels: [{ name: a, inputs: ["udp://:1"], timecode: { wait: forever, timeZone: Europe/Berlin }, push: [{ url: "http://x/", cmcd: 1, interface: 2, deletes: true }] }]`,
    `channels: [{ name: a, inputs: ["udp://:1"], timecode: { numberOffset: "1" }, push: [{ url: "http://x/", cmcd: "1", interface: "2" }] }]`,
  ])("accepts what the packager accepts: %s", (text) => {
    expect(load(text)).toBeDefined();
    expect(isValid(parse(text)), JSON.stringify(isValid.errors)).toBe(true);
  });

  test.for([
    "channels: []",
    `colour: red\n${CHANNEL}`,
    `channels: [{ name: a, inputs: ["udp://:1"], segment: soon }]`,
    `channels: [{ name: "a b", inputs: ["udp://:1"] }]`,
    `channels: [{ name: a, inputs: ["udp://:1"], damaged: show }]`,
    `quality: { threshold: 101 }\n${CHANNEL}`,
  ])("refuses what the packager refuses: %s", (text) => {
    expect(() => load(text)).toThrow();
    expect(isValid(parse(text))).toBe(false);
  });
});

describe("the configuration as text", () => {
  const everything = `
listen: 127.0.0.1:9090
identifier: a
quality: { uuids: [00112233-4455-6677-8899-aabbccddeeff], score: { assumed: 90 } }
channels:
  - name: news
    inputs: ["srt://:9000?passphrase=env:PASSPHRASE&latency=200ms"]
    lowLatency: {}
    timecode: { utcOffset: "+01:00", wait: forever }
    push: [{ url: "http://origin/live/", cmcd: off }]
  - name: sport
    inputs: ["srt://:9001?passphrase=geheimgeheim", "srt://:9002?passphrase=env%3APASSPHRASE", "dir/bypass=1&x=/y.ts"]
`;
  const whole = (): LoadedConfig => loadText(path, everything, { MQA_PACKAGER_CHANNELS_0_WINDOW: "90s" });

  test("has every default, and loads as the same", () => {
    process.env["PASSPHRASE"] = "correct-horse";
    const { config, text } = whole();
    expect(text()).toContain("window: 90s");
    expect(text()).toContain("threshold: 60");
    expect(text()).toContain("passphrase=env:PASSPHRASE&latency=200ms");
    const again = load(text().replace("passphrase=***", "passphrase=geheimgeheim"));
    expect(JSON.stringify(again)).toBe(JSON.stringify(config));
    delete process.env["PASSPHRASE"];
  });

  test("does not show a passphrase", () => {
    process.env["PASSPHRASE"] = "correct-horse";
    const text = whole().text();
    expect(text).toContain("srt://:9001?passphrase=***");
    expect(text).not.toMatch(/geheim|correct-horse/);
    delete process.env["PASSPHRASE"];
  });
});
