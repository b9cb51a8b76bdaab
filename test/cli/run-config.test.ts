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
