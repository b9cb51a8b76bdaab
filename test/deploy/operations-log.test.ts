import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PROJECT } from "../support/packager.ts";
import { sourceFiles } from "../support/source-files.ts";

/** States that are put into a message where it is logged. */
const STATES = /^(input|push) (?:connecting|receiving|retrying|refused)$/;

test("the messages of the log that docs/operations.md explains are those that are logged", () => {
  const text = readFileSync(join(PROJECT, "docs/operations.md"), "utf8");
  const section = text.slice(text.indexOf("\n## Log"), text.indexOf("\n## Signals"));
  const messages = Array.from(section.matchAll(/^\| (`.+`) \| \d0 \|/gm), ([, cell]) =>
    Array.from(cell!.matchAll(/`([^`]+)`/g), ([, message]) => message!),
  ).flat();
  expect(messages.length).toBeGreaterThan(15);
  const source = sourceFiles()
    .filter((file) => file.startsWith("src/cli/"))
    .map((file) => readFileSync(join(PROJECT, file), "utf8"))
    .join("\n");
  for (const message of messages) {
    const written = STATES.test(message) ? message.replace(STATES, "`$1 $${") : `"${message}"`;
    expect({ message, isLogged: source.includes(written) }).toEqual({ message, isLogged: true });
  }
});
