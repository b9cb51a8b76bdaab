import { readFileSync } from "node:fs";
import { type Document, LineCounter, parseDocument, YAMLParseError } from "yaml";
import { ConfigError } from "../problem/config-error.ts";
import { pathText, type SettingPath, type Settings } from "./settings.ts";

/** A configuration file larger than this is not one. */
const MAX_BYTES = 1 << 20;

/**
 * Reads a configuration file, YAML with merge keys (`<<`).
 *
 * @throws ConfigError - where there is none that can be read.
 */
export function readConfigFile(path: string): Settings {
  const lines = new LineCounter();
  const document = parseDocument(readText(path), { prettyErrors: false, merge: true, lineCounter: lines });
  if (document.errors.length > 0) {
    const errors = document.errors.map(({ code, pos: [start], message }) => ({
      line: lines.linePos(start).line,
      message: code === "MULTIPLE_DOCS" ? "there is a second document" : message,
    }));
    throw new ConfigError(errors.map(({ line, message }) => notYaml(path, `line ${line}: ${message}`)));
  }
  try {
    return {
      value: document.toJS(),
      nameOf: (place, key) => {
        const line = lineOf(document, lines, key === undefined ? place : [...place, key]);
        return [`${path}${line}`, pathText(place)].filter((part) => part !== "").join(": ");
      },
    };
  } catch (error) {
    // Aliases of nothing, and of so much that it would not fit into memory.
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error;
    throw new ConfigError([notYaml(path, error.message)]);
  }
}

function readText(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new ConfigError("CONFIG", path, `it must be a file that can be read (${error.message})`);
  }
  if (text.length > MAX_BYTES) throw new ConfigError("CONFIG", path, `it must be at most ${MAX_BYTES} bytes`);
  return text;
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
