import { type Document, isScalar, LineCounter, parseDocument, type Scalar, visit } from "yaml";
import { ConfigError } from "../problem/config-error.ts";
import { readTextFile } from "./credentials.ts";
import { pathText, type SettingPath, type Settings } from "./settings.ts";

/** What is no YAML at all has a fault on every line. */
const MAX_FAULTS = 20;

/**
 * Reads a configuration file, YAML with merge keys (`<<`).
 *
 * @throws ConfigError - where there is none that can be read.
 */
export function readConfigFile(path: string): Settings {
  const lines = new LineCounter();
  const { document, value } = readYaml(path, readTextFile("CONFIG", path), lines);
  return {
    value,
    nameOf: (place, key) => {
      const line = lineOf(document, lines, key === undefined ? place : [...place, key]);
      return [`${path}${line}`, pathText(place)].filter((part) => part !== "").join(": ");
    },
  };
}

function readYaml(path: string, text: string, lineCounter: LineCounter): { document: Document.Parsed; value: unknown } {
  const faults: { readonly start: number; readonly reason: string }[] = [];
  let document: Document.Parsed;
  let value: unknown;
  try {
    document = parseDocument(text, {
      ...{ prettyErrors: false, merge: true, resolveKnownTags: false, lineCounter, logLevel: "error" },
      // The library compares each key with all others of its map.
      uniqueKeys: false,
    });
    for (const { code, pos, message } of document.errors)
      faults.push({ start: pos[0], reason: code === "MULTIPLE_DOCS" ? "there is a second document" : message });
    for (const start of repeatedKeys(document)) faults.push({ start, reason: "Map keys must be unique" });
    // A file without anything in it has no channels, either.
    if (faults.length === 0) value = document.toJS() ?? {};
  } catch (error) {
    // Aliases of nothing, and of so much that it would not fit into memory; merge keys of what is no map; nesting without end.
    if (!(error instanceof Error)) throw error;
    throw new ConfigError([notYaml(path, error.message)]);
  }
  if (faults.length === 0) return { document, value };
  const lines = faults
    .slice(0, MAX_FAULTS)
    .map(({ start, reason }) => notYaml(path, `line ${lineCounter.linePos(start).line}: ${reason}`));
  throw new ConfigError(lines, faults.length - lines.length);
}

/** Where keys stand that their map has already. */
function repeatedKeys(document: Document.Parsed): readonly number[] {
  const places: number[] = [];
  visit(document, {
    Map: (_, map) => {
      const known = new Set<string>();
      for (const { key } of map.items) {
        const name = isScalar(key) && key.value !== "<<" ? String(key.value) : undefined;
        if (name === undefined) continue;
        if (known.has(name)) places.push((key as Scalar.Parsed).range[0]);
        known.add(name);
      }
    },
  });
  return places;
}

function notYaml(path: string, reason: string): { option: string; value: string; allowed: string } {
  return { option: "CONFIG", value: path, allowed: `it must be YAML (${reason})` };
}

/** `:12`, the line of what stands at a place, or of what it is missing in. */
function lineOf(document: Document.Parsed, lines: LineCounter, place: SettingPath): string {
  const start = place
    .map((_, i) => startOf(document, place.slice(0, place.length - i)))
    .find((one) => one !== undefined);
  return start === undefined ? "" : `:${lines.linePos(start).line}`;
}

function startOf(document: Document.Parsed, place: SettingPath): number | undefined {
  const node = document.getIn(place, true);
  return (node as { readonly range?: readonly number[] } | undefined)?.range?.[0];
}
