import { writeFile } from "node:fs/promises";
import { ConfigError } from "../problem/config-error.ts";
import { type Link, linkDamage } from "./link.ts";
import type { Report } from "./output.ts";

/**
 * Makes sure that a damage report can be written, with an empty file.
 *
 * @throws ConfigError
 */
export async function checkDamageReport(path: string): Promise<void> {
  try {
    await writeFile(path, "");
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new ConfigError("--damage-report", path, `it must be a file that can be written: ${error.message}`);
  }
}

/** Writes what was done to the stream on each link: one line of JSON, `{"outputs":[…]}`. */
export async function writeDamageReport(path: string, links: readonly Link[]): Promise<void> {
  await writeFile(path, `${JSON.stringify({ outputs: links.map(linkDamage) })}\n`);
}

/** Tells the user of each link that was rained on, one line each. */
export function reportDamage(links: readonly Link[], report: Report): void {
  for (const link of links) {
    const { output, url, packets, lost, duplicated, reordered, flipped, flippedBits } = linkDamage(link);
    if (lost + duplicated + reordered + flipped === 0) continue;
    report(
      `output ${output} (${url}): of ${packets} packets ${lost} lost, ${duplicated} duplicated, ${reordered} reordered, ` +
        `${flipped} with bit errors (${flippedBits} bits)`,
    );
  }
}
