import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../support/packager.ts";

/** Labels that a section of the document says all of its metrics have. */
const SHARED: Readonly<Record<string, readonly string[]>> = {
  Channels: ["channel"],
  Tracks: ["channel", "track"],
  Inputs: ["channel", "input"],
  Push: ["channel", "target"],
  Service: [],
};

/** A metric as docs/metrics.md has it. */
export type DocumentedMetric = {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
  readonly help: string;
};

/** The metrics of docs/metrics.md, in their order. */
export function documentedMetrics(): readonly DocumentedMetric[] {
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
