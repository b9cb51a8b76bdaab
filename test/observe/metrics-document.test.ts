import { expect, test } from "vitest";
import { documentedMetrics } from "./documented-metrics.ts";
import { readMetrics } from "./read-metrics.ts";
import { SyntheticChannel, scored, troubled } from "./synthetic-channel.ts";

test("docs/metrics.md has exactly the metrics there are, in their order, with type, labels and meaning", async () => {
  const channel = new SyntheticChannel();
  channel.publish("v1", 0, troubled);
  channel.publish("a1", 0, scored(97));
  channel.responses.add("segment", 200);
  const families = readMetrics(await channel.metrics.render()).filter(({ name }) => name.startsWith("mqa_packager_"));
  expect(families.length).toBeGreaterThan(30);
  const rendered = families.map(({ name, type, help, series }) => {
    const labels = [...new Set(series.flatMap((one) => Object.keys(one.labels)))];
    return { name, type, labels, help };
  });
  expect(documentedMetrics()).toEqual(rendered);
});
