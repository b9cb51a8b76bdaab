import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../support/packager.ts";

/** A document of the project. */
export type MarkdownDocument = {
  /** From the project's folder. */
  readonly path: string;
  readonly text: string;
};

/** Every document that users and contributors read. */
export const documents: readonly MarkdownDocument[] = [
  "README.md",
  "CONTRIBUTING.md",
  "samples/README.md",
  ...readdirSync(join(PROJECT, "docs"))
    .filter((file) => file.endsWith(".md"))
    .map((file) => `docs/${file}`),
].map((path) => ({ path, text: readFileSync(join(PROJECT, path), "utf8") }));

/** The fenced blocks of a language. */
export function blocks(text: string, language: string): readonly string[] {
  return Array.from(text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm))
    .filter(([, name]) => name === language)
    .map(([, , block]) => block!);
}

/** The text without its fenced blocks. */
export function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "");
}

/** What stands between single backquotes. */
export function inlineCode(text: string): readonly string[] {
  return Array.from(prose(text).matchAll(/`([^`\n]+)`/g), ([, code]) => code!);
}

/** The anchors that GitHub gives headings: lower case, spaces to hyphens, punctuation left out, a number for those that come again. */
export function anchors(text: string): ReadonlySet<string> {
  const found = new Map<string, number>();
  const all = new Set<string>();
  for (const [, heading] of prose(text).matchAll(/^#{1,6} (.+)$/gm)) {
    const plain = heading!.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N}\- _]/gu, "").replaceAll(" ", "-");
    const before = found.get(slug);
    found.set(slug, (before ?? 0) + 1);
    all.add(before === undefined ? slug : `${slug}-${before}`);
  }
  return all;
}

/** Where links and images lead. */
export function links(text: string): readonly string[] {
  return Array.from(prose(text).matchAll(/\]\(([^()\s]+)\)|\bsrc="([^"]+)"/g), ([, link, image]) => (link ?? image)!);
}
