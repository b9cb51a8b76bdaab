import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadRunConfig, type RunConfig } from "../../src/cli/run-config.ts";
import { defaultPublishOptions } from "../../src/quality/publish-options.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const path = join(temporaryFolder(), "config.yaml");

function load(text: string): RunConfig {
  writeFileSync(path, `${text}\nchannels: [{ name: news, inputs: ["udp://:5000"] }]\n`);
  return loadRunConfig(path);
}

test("a file with nothing but channels has the defaults", () => {
  const { listen, quality, publish, channels } = load("");
  expect(listen).toEqual({ host: "0.0.0.0", port: 8080 });
  expect(quality).toEqual(defaultQualityOptions);
  expect(publish).toEqual(defaultPublishOptions);
  expect(channels.map(({ name }) => name)).toEqual(["news"]);
});

test("what it says of quality and of who serves is taken", () => {
  const { quality, publish } = load(
    "identifier: site-b\nquality: { threshold: 70, publish: { keyPrefix: com.example.mqa } }",
  );
  expect(quality).toEqual({ ...defaultQualityOptions, threshold: 70 });
  expect(publish).toEqual({ ...defaultPublishOptions, identifier: "site-b", keyPrefix: "com.example.mqa" });
});

test("what is wrong of quality is named by its path", () => {
  expect(() => load("quality: { threshold: high }")).toThrow(
    'quality.threshold: "high" is not allowed; it must be a number from 0 to 100',
  );
});

test("channels of low latency stand beside ordinary ones", () => {
  writeFileSync(
    path,
    `channels:
  - { name: news, inputs: ["udp://:5000"], segment: 1.92s, lowLatency: { part: 400ms, missing: not-found } }
  - { name: sport, inputs: ["udp://:5001"], lowLatency: {} }
  - { name: film, inputs: ["udp://:5002"] }
`,
  );
  expect(loadRunConfig(path).channels.map(({ name, lowLatency }) => [name, lowLatency])).toEqual([
    ["news", { part: 400, missing: "not-found" }],
    ["sport", { part: 500, missing: "empty" }],
    ["film", undefined],
  ]);
});

test.for<[settings: string, message: string]>([
  [
    "{ part: 100ms }",
    'channels[0].lowLatency.part: "100ms" is not allowed; it must be a duration such as 2s, 1.92s or 500ms, from 200ms to 5s',
  ],
  ["{ part: 1.5s }", 'channels[0].lowLatency.part: "1.5s" is not allowed; it must be at most half a segment of 2s'],
  [
    "{ missing: 204 }",
    "channels[0].lowLatency.missing: 204 is not allowed; invalid input: expected string, received number",
  ],
  ["{ missing: gone }", 'channels[0].lowLatency.missing: "gone" is not allowed; it must be one of empty, not-found'],
  ["{ parts: 0.5s }", "channels[0].lowLatency"],
  ["true", "channels[0].lowLatency: true"],
])("low latency of %s is refused", ([settings, message]) => {
  writeFileSync(path, `channels: [{ name: news, inputs: ["udp://:5000"], lowLatency: ${settings} }]`);
  expect(() => loadRunConfig(path)).toThrow(message);
});
