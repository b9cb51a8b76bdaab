import type { Box } from "mp4box";
import { toHex } from "../../src/bytes/hex.ts";
import { parseBoxes } from "../support/iso-boxes.ts";

/** What mp4box keeps beside the fields: places in the file, names, and children, which are dumped below. */
const NOT_FIELDS = new Set([
  ...["type", "uuid", "box_name", "size", "original_size", "hdr_size", "start", "data"],
  ...["boxes", "entries", "subBoxNames", "psshs", "sgpds", "sbgps"],
  ...["samples", "samples_size", "samples_duration", "sample_groups_info"],
]);

/** What mp4box reads in a file: one line a box, its fields behind its type, its children indented below. */
export function dump(bytes: Uint8Array): string {
  const { boxes, complaints } = parseBoxes(bytes);
  return [...boxes.flatMap((box) => dumpBox(box, "")), ...complaints.map((complaint) => `! ${complaint}`), ""].join(
    "\n",
  );
}

function dumpBox(box: Box, indent: string): readonly string[] {
  const { boxes = [], entries = [] } = box as Box & { boxes?: readonly Box[]; entries?: readonly unknown[] };
  const children = [...boxes, ...entries.filter((entry) => (entry as Box).type !== undefined)] as readonly Box[];
  const fields = Object.entries(box).filter(
    ([name, value]) =>
      !NOT_FIELDS.has(name) && !children.includes(value as Box) && !name.endsWith("s_") && !isBoxField(value),
  );
  const said = fields.map(([name, value]) => `${name}=${text(value)}`);
  const line = [`${indent}${box.type} ${box.size}`, ...said].join(" ");
  return [line, ...children.flatMap((child) => dumpBox(child, `${indent}  `))];
}

/** mp4box names a child twice: in `boxes`, and as a field such as `tkhd` or `trafs`. */
function isBoxField(value: unknown): boolean {
  const first = Array.isArray(value) ? value[0] : value;
  return typeof first === "object" && first !== null && "type" in first && "size" in first;
}

function text(value: unknown): string {
  if (value instanceof Uint8Array) return toHex(value);
  if (ArrayBuffer.isView(value)) return [...(value as Int32Array)].join(",");
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return value.map(text).join(",");
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([name, inner]) => `${name}:${text(inner)}`)
      .join(" ")}}`;
  }
  return String(value);
}
