import { type Document, LineCounter, parseDocument } from "yaml";
import { ConfigError } from "../problem/config-error.ts";
import { readTextFile } from "./credentials.ts";
import { pathText, type SettingPath, type Settings } from "./settings.ts";

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
  let document: Document.Parsed;
  let value: unknown;
  try {
    document = parseDocument(text, {
      prettyErrors: false,
      merge: true,
      resolveKnownTags: false,
      lineCounter,
      logLevel: "error",
    });
    // A file without anything in it has no channels, either.
    if (document.errors.length === 0) value = document.toJS() ?? {};
  } catch (error) {
    // Aliases of nothing, and of so much that it would not fit into memory; merge keys of what is no map; nesting without end.
    if (!(error instanceof Error)) throw error;
    throw new ConfigError([notYaml(path, error.message)]);
  }
  if (document.errors.length === 0) return { document, value };
  throw new ConfigError(
    document.errors.map(({ code, pos: [start], message }) => {
      const reason = code === "MULTIPLE_DOCS" ? "there is a second document" : message;
      return notYaml(path, `line ${lineCounter.linePos(start).line}: ${reason}`);
    }),
  );
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
