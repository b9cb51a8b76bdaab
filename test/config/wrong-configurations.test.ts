import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { ConfigError } from "../../src/problem/config-error.ts";
import { PROJECT } from "../support/packager.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { loadText } from "./read.ts";

/**
 * What stands in each case: the whole file; what comes before its channels, of its one channel, of the one push target of
 * that, or of quality.
 */
const forms: Readonly<Record<string, (text: string) => string>> = {
  file: (text) => text,
  top: (text) => `${text}\nchannels: [{ name: a, inputs: ["udp://:1"] }]\n`,
  channel: (text) => `channels: [{ ${given(text, "name", "a")}${given(text, "inputs", '["udp://:1"]')}${text} }]\n`,
  push: (text) => `channels: [{ name: a, inputs: ["udp://:1"], push: [{ ${text} }] }]\n`,
  quality: (text) => `quality: ${text}\nchannels: [{ name: a, inputs: ["udp://:1"] }]\n`,
};

/** What a channel needs, where the case says nothing of it. */
function given(text: string, key: string, value: string): string {
  return new RegExp(`(^|, )${key}:`).test(text) ? "" : `${key}: ${value}, `;
}

/** Cases are divided by blank lines: `form| text`, further lines of it, and `=> ` before each message. */
const cases = readFileSync(join(PROJECT, "test/config/wrong-configurations.txt"), "utf8")
  .trimEnd()
  .split("\n\n")
  .map((block) => {
    const lines = block.split("\n");
    const messages = lines.filter((line) => line.startsWith("=> ")).map((line) => line.slice(3));
    const text = lines.filter((line) => !line.startsWith("=> ")).join("\n");
    return { form: text.slice(0, text.indexOf("|")), text: text.slice(text.indexOf("|") + 2), messages };
  });

const path = join(temporaryFolder(), "config.yaml");

afterEach(() => vi.unstubAllEnvs());

/** All that is said of it, without the name of the file. */
function mistakes(text: string): readonly string[] {
  vi.stubEnv("WORD", "geheim");
  vi.stubEnv("KEY", "ID:SECRET");
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION"]) vi.stubEnv(name, undefined);
  try {
    loadText(path, text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.replaceAll(path, "").split("\n");
  }
  return [];
}

test("there are enough of them, and each once", () => {
  expect(cases.length).toBeGreaterThan(200);
  expect(new Set(cases.map(({ form, text }) => `${form}|${text}`)).size).toBe(cases.length);
});

test.for(cases)("$form: $text", ({ form, text, messages }) => {
  const said = mistakes(forms[form]!(text));
  expect(said).toEqual(messages);
  expect(said.length).toBeGreaterThan(0);
  expect(said.join("\n")).not.toContain("geheim");
});
