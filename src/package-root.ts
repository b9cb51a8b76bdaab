import { existsSync, readFileSync } from "node:fs";

/** The folder of package.json, with the files that are read as they are: the same from the sources as from `dist`. */
export const packageRoot: URL = findRoot(new URL("./", import.meta.url));

/** As in package.json. */
export const packageVersion: string = (
  JSON.parse(readFileSync(new URL("package.json", packageRoot), "utf8")) as { readonly version: string }
).version;

function findRoot(folder: URL): URL {
  return existsSync(new URL("package.json", folder)) ? folder : findRoot(new URL("../", folder));
}
