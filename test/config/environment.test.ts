import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { variableNames } from "../../src/config/environment.ts";
import { configJsonSchema, loadConfig } from "../../src/config/load-config.ts";
import type { RunConfig } from "../../src/config/run-config.ts";
import { flagSettings } from "../../src/config/settings.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { loadText } from "./read.ts";

const path = join(temporaryFolder(), "config.yaml");

const FILE = `
listen: :9000
channels:
  - { name: a, inputs: ["udp://:5000"], segment: 2s }
  - { name: b, inputs: ["udp://:5001"] }
`;

function load(variables: Record<string, string>, text = FILE): RunConfig {
  const named = Object.entries(variables).map(([name, value]) => [`MQA_PACKAGER_${name}`, value]);
  return loadText(path, text, Object.fromEntries(named)).config;
}

test.for<[name: string, value: string, get: (config: RunConfig) => unknown, expected: unknown]>([
  ["LISTEN", "127.0.0.1:80", ({ listen }) => listen, { host: "127.0.0.1", port: 80 }],
  ["IDENTIFIER", "7", ({ publish }) => publish.identifier, "7"],
  ["LOG_LEVEL", "warn", ({ log }) => log.level, "warn"],
  ["CHANNELS_0_SEGMENT", "4s", ({ channels }) => channels.map((one) => one.segmentDuration), [4000, 2000]],
  ["CHANNELS_1_WINDOW", "90", ({ channels }) => channels.map((one) => one.window), [60_000, 90_000]],
  ["CHANNELS_0_INPUTS_0", "udp://:1", ({ channels }) => channels[0]!.inputs[0], expect.objectContaining({ port: 1 })],
  ["CHANNELS_0_INPUTS_1", "udp://:1", ({ channels }) => channels[0]!.inputs.length, 2],
  ["CHANNELS_0_INPUTS", "[udp://:1, udp://:2]", ({ channels }) => channels[0]!.inputs.length, 2],
  ["CHANNELS_0_LOW_LATENCY_PART", "1s", ({ channels }) => channels[0]!.lowLatency?.part, 1000],
  ["CHANNELS_0_LOW_LATENCY", "{}", ({ channels }) => channels[0]!.lowLatency?.part, 500],
  [
    "CHANNELS_0_TIMECODE_UTC_OFFSET",
    "+01:00",
    ({ channels }) => channels[0]!.timecode.localTime,
    { offset: 3_600_000 },
  ],
  ["CHANNELS_0_PUSH_0_URL", "http://x/y", ({ channels }) => channels[0]!.push[0]!.url.href, "http://x/y/"],
  ["QUALITY_THRESHOLD", "70.5", ({ quality }) => quality.threshold, 70.5],
  ["QUALITY_MINIMUM_SHARE", "0", ({ quality }) => quality.pooling.minimumShare, 0],
  ["QUALITY_MANIFESTS_DATE_RANGE", "true", ({ signals }) => signals.dateRange, true],
  ["QUALITY_POOLING_NR_IQA", "min", ({ quality }) => quality.pooling.methods, { "nr-iqa": "min" }],
  [
    "QUALITY_SCORE_TS_ERROR_WEIGHTS_PCR_ACCURACY",
    "0",
    ({ quality }) => quality.weights.tsErrorWeights,
    { "pcr-accuracy": 0 },
  ],
  ["QUALITY_PUBLISH_PROFILES", "[lists]", ({ publish }) => publish.profiles, ["lists"]],
  ["QUALITY_PUBLISH_HEADER_BUDGET", "2KiB", ({ publish }) => publish.headerBudget, 2048],
  ["QUALITY_SCORE", "{ assumed: 3 }", ({ quality }) => quality.weights.assumed, 3],
])("MQA_PACKAGER_%s=%s", ([name, value, get, expected]) => {
  expect(get(load({ [name]: value }))).toEqual(expected);
});

test("one sets an entry of a list that another sets, whatever their order", () => {
  const variables = { CHANNELS_0_INPUTS_1: "udp://:7", CHANNELS_0_INPUTS: "[udp://:1, udp://:2]" };
  expect(load(variables).channels[0]!.inputs.map((input) => "port" in input && input.port)).toEqual([1, 7]);
});

test("what an alias shares is set in one place only", () => {
  const text = `channels: [{ name: a, inputs: &i ["udp://239.1.1.1:1"] }, { name: b, inputs: *i }]`;
  const { channels } = load({ CHANNELS_1_INPUTS_0: "udp://:9" }, text);
  expect(channels.map(({ inputs }) => "port" in inputs[0]! && inputs[0].port)).toEqual([1, 9]);
});

test("an alias in what it stands for is a mistake like others", () => {
  expect(() => load({ IDENTIFIER: "a" }, "listen: &a [*a]\nchannels: &b { x: *b }")).toThrow(
    "channels: a map is not allowed",
  );
});

test("an empty one sets nothing, nor does another program's, nor a service of Kubernetes", () => {
  const others = {
    LISTEN: "",
    SERVICE_HOST: "10.0.0.1",
    SERVICE_PORT: "8080",
    SERVICE_PORT_HTTP: "8080",
    PORT: "tcp://10.0.0.1:8080",
    PORT_8080_TCP: "tcp://10.0.0.1:8080",
    PORT_8080_TCP_ADDR: "10.0.0.1",
    A_SERVICE_HOST: "10.0.0.1",
    A_PORT: "tcp://10.0.0.1:8080",
  };
  expect(load(others).listen.port).toBe(9000);
  expect(loadText(path, FILE, { MQA_LISTEN: "x", LISTEN: "x" }).config.listen.port).toBe(9000);
});

test("everything may be set by them alone", () => {
  const { channels } = load({ CHANNELS_0_NAME: "a", CHANNELS_0_INPUTS_0: "udp://:1" }, "{}");
  expect(channels.map(({ name }) => name)).toEqual(["a"]);
});

describe("what is wrong is named by the variable", () => {
  test.for<[name: string, value: string, message: string]>([
    ["LISTEN", "x", 'MQA_PACKAGER_LISTEN: "x" is not allowed; it must be HOST:PORT'],
    ["CHANNELS_0_SEGMENT", "9h", 'MQA_PACKAGER_CHANNELS_0_SEGMENT: "9h" is not allowed; it must be a duration'],
    ["CHANNELS_0_INPUTS", "[udp://:1, x://y]", 'MQA_PACKAGER_CHANNELS_0_INPUTS: "x://y" is not allowed'],
    ["CHANNELS_0_INPUTS_0", "srt://:9000?passphrase=geheim", "MQA_PACKAGER_CHANNELS_0_INPUTS_0: "],
    ["QUALITY_THRESHOLD", "high", 'MQA_PACKAGER_QUALITY_THRESHOLD: "high" is not allowed; it must be a number'],
    ["QUALITY_SCORE", "{ assumed: 101 }", "MQA_PACKAGER_QUALITY_SCORE: 101 is not allowed; it must be a number"],
    ["QUALITY_SCORE", "{ assumed", 'MQA_PACKAGER_QUALITY_SCORE: "{ assumed" is not allowed; it must be a map'],
    [
      "LISEN",
      "geheim",
      'MQA_PACKAGER_LISEN: "…" is not allowed; no option is set by such a variable; did you mean MQA_PACKAGER_LISTEN?',
    ],
    ["CHANNELS_7_SEGMNT", "2s", "did you mean MQA_PACKAGER_CHANNELS_0_SEGMENT?"],
    ["CHANNELS_A_NAME", "x", "MQA_PACKAGER_CHANNELS_A_NAME: "],
    ["CHANNELS_99999_NAME", "x", "no option is set by such a variable"],
    ["LISTEN_HOST", "x", "no option is set by such a variable"],
    ["PORT", "9090", "no option is set by such a variable"],
    ["LISTEN_PORT", "99", "no option is set by such a variable"],
    ["", "{}", "no option is set by such a variable"],
    ["CHANNELS_3_NAME", "x", "channels[2]"],
  ])("%s=%s", ([name, value, message]) => {
    expect(() => load({ [name]: value })).toThrow(message);
    expect(() => load({ [name]: value })).not.toThrow("geheim");
  });
});

test("each option has a variable of its own", () => {
  const names = variableNames(configJsonSchema());
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(60);
});

test("flags win over them, and they over defaults", () => {
  const flags = flagSettings(
    { listen: ":1", channels: [{ inputs: ["udp://:5000"], segment: undefined }] },
    { listen: "--listen" },
  );
  const environment = {
    MQA_PACKAGER_LISTEN: ":2",
    MQA_PACKAGER_CHANNELS_0_NAME: "a",
    MQA_PACKAGER_CHANNELS_0_SEGMENT: "4s",
  };
  const { config } = loadConfig(flags, environment, "given");
  expect([config.listen.port, config.channels[0]!.segmentDuration]).toEqual([1, 4000]);
});

test("flags win over what they set of a map or a list that a variable sets as a whole, and leave the rest", () => {
  const flags = flagSettings({ log: { format: "json" }, channels: [{ inputs: ["udp://:5000"], timecode: {} }] }, {});
  const { config } = loadConfig(
    flags,
    {
      MQA_PACKAGER_LOG: "{ level: debug, format: pretty }",
      MQA_PACKAGER_QUALITY: "{ threshold: 7 }",
      MQA_PACKAGER_CHANNELS: "[{ name: a, inputs: ['udp://:1'], timecode: { source: smpte } }]",
    },
    "given",
  );
  const { log, quality, channels } = config;
  expect([log, quality.threshold]).toEqual([{ level: "debug", format: "json" }, 7]);
  expect(channels).toMatchObject([{ name: "a", inputs: [{ port: 5000 }], timecode: { source: "smpte" } }]);
});
