import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it; nothing where it is there.
 *
 * Not `mkdirSync` with `recursive`: Node.js 20 tries for ever where the folder above is there and the file system says that it is not, as
 * /proc does.
 *
 * @throws Error - as node:fs gives it.
 */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above);
  mkdirSync(path);
}
