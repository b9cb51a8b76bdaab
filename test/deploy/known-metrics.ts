import { documentedMetrics } from "../observe/documented-metrics.ts";
import { readMetrics } from "../observe/read-metrics.ts";
import { SyntheticChannel } from "../observe/synthetic-channel.ts";

/** What Prometheus adds to each series that it scrapes. */
const SCRAPED = ["job", "instance"];

/** Series that Prometheus makes itself. */
const OWN: readonly (readonly [metric: string, labels: readonly string[]])[] = [
  ["up", []],
  ["ALERTS", ["alertname", "alertstate", "severity", "channel"]],
];

/** The metrics that queries may name, each with the labels that it has in Prometheus. */
export async function knownMetrics(): Promise<ReadonlyMap<string, readonly string[]>> {
  const rendered = readMetrics(await new SyntheticChannel().metrics.render());
  const ofProcess = rendered
    .filter(({ name }) => !name.startsWith("mqa_packager_"))
    .map(({ name, series }) => [name, series.flatMap(({ labels }) => Object.keys(labels))] as const);
  const all = [...documentedMetrics().map(({ name, labels }) => [name, labels] as const), ...ofProcess, ...OWN];
  return new Map(all.map(([name, labels]) => [name, [...SCRAPED, ...labels]]));
}
