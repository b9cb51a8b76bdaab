import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadRunConfig, type RunConfig } from "../../src/cli/run-config.ts";
import { defaultQualitySignals } from "../../src/manifest/quality-signals.ts";
import { defaultPublishOptions } from "../../src/quality/publish-options.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();

function load(quality: string): RunConfig {
  const path = join(folder, "config.yaml");
  writeFileSync(path, `quality: ${quality}\nchannels: [{ name: a, inputs: ['udp://:5000'] }]\n`);
  return loadRunConfig(path);
}

test("manifests say what is switched on, under the prefix of the headers", () => {
  expect(load("{}").signals).toEqual(defaultQualitySignals);
  expect(load("{ publish: { keyPrefix: com.example.q }, manifests: { score: false, events: true } }").signals).toEqual({
    score: false,
    dateRange: false,
    events: true,
    cmsdTags: false,
    publish: { ...defaultPublishOptions, keyPrefix: "com.example.q" },
  });
});

test.for([
  ["{ manifests: { events: 1 } }", /quality\.manifests\.events/],
  ["{ manifests: { event: true } }", /quality\.manifests.*event/],
  ["{ manifests: all }", /quality\.manifests/],
] as const)("%s is refused", ([quality, message]) => {
  expect(() => load(quality)).toThrow(message);
});
