import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT } from "../support/packager.ts";
import { readMetrics } from "./read-metrics.ts";
import { SyntheticChannel, scored, troubled } from "./synthetic-channel.ts";

/** Labels that a section of the document says all of its metrics have. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  Channels: ["channel"],
  Tracks: ["channel", "track"],
  Inputs: ["channel", "input"],
  Push: ["channel", "target"],
  Service: [],
};

type Documented = {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
};

function documented(): readonly Documented[] {
  const text = readFileSync(join(PROJECT, "docs/metrics.md"), "utf8");
  return text.split("\n## ").flatMap((section) => {
    const shared = SHARED[section.slice(0, section.indexOf("\n"))];
    return Array.from(
      section.matchAll(/^\| `(\w+)` \| (\w+) \| (.*) \| (.+) \|$/gm),
      ([, name, type, labels, help]) => ({
        name: name!,
        type: type!,
        labels: [...(shared ?? ["?"]), ...Array.from(labels!.matchAll(/`(\w+)`/g), ([, label]) => label!)],
        help: help!,
      }),
    );
  });
}

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
  expect(documented()).toEqual(rendered);
});
