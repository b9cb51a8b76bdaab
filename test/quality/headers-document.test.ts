import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { segmentHeaders } from "../../src/quality/publish-headers.ts";
import { defaultMetricNames, publishProfileNames } from "../../src/quality/publish-options.ts";
import { readPublish } from "../config/read.ts";
import { qualityRecord, segment, videoInit } from "../server/fake-channel.ts";
import { PROJECT } from "../support/packager.ts";

const document = readFileSync(join(PROJECT, "docs/headers.md"), "utf8");

test.for([...publishProfileNames])("docs/headers.md shows what the profile %s sends", (profile) => {
  const metrics = ["mqa-video", "psnr", "ssim", "vmaf"];
  const publish = readPublish({ profiles: [profile], metrics });
  const quality = qualityRecord({ "mqa-video": 54, psnr: 47.12, ssim: 1, vmaf: 93.056 });
  const { availableAt: _, ...unserved } = segment(videoInit, 7, 1000, quality);
  const { headers } = segmentHeaders({ ...unserved, size: 1_200_000 }, publish, true);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  const [, shown] = new RegExp(`^### \`${profile}\`\n[^#]*?\`\`\`\n([^\`]*)\`\`\`\n`, "m").exec(document)!;
  expect(shown).toBe(lines.join(""));
});

test("docs/headers.md has a row for every metric that is published", () => {
  const table = /^## Metrics\n([\s\S]*?)\n\n[A-Z]/m.exec(document)![1]!;
  const named = [...table.matchAll(/^\| ([^|]*) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
  );
  expect(named.sort()).toEqual([...defaultMetricNames].sort());
});
