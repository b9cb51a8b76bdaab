import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { expect, test } from "vitest";
import { loadConfigFile } from "../../src/config/load-config.ts";
import { PROJECT } from "../support/packager.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { blocks, documents, inlineCode } from "./markdown.ts";
import { shellCommands } from "./shell-words.ts";

const NAME = "mqa-packager";
const CLI = join(PROJECT, "src/cli");

/** Every command there is, by the functions that make them. */
const makers = await Promise.all(
  readdirSync(CLI).flatMap((file) => {
    const [, maker] = /^export function (\w+)\(\): Command \{$/m.exec(readFileSync(join(CLI, file), "utf8")) ?? [];
    if (maker === undefined) return [];
    return [import(join(CLI, file)).then((module: Record<string, () => Command>) => module[maker]!)];
  }),
);

/** What the packager says of a command line before it does anything; undefined where it would begin. */
async function complaint(words: readonly string[]): Promise<string | undefined> {
  const program = new Command(NAME).version("0");
  for (const make of makers) program.addCommand(make().action(() => {}));
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  }
  try {
    await program.parseAsync(words, { from: "user" });
    return undefined;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return code === "commander.helpDisplayed" || code === "commander.version" ? undefined : message;
  }
}

/** Command lines of a document: those in its shell scripts, and those that stand in its text with a command. */
function commandLines(text: string): readonly (readonly string[])[] {
  const scripts = [...blocks(text, "sh"), ...inlineCode(text).filter((code) => code.startsWith(`${NAME} `))];
  return scripts
    .flatMap(shellCommands)
    .filter(([program]) => program === NAME)
    .map(([, ...words]) => words);
}

test("every command line in the documents has a command and flags that there are", async () => {
  expect(makers.length).toBeGreaterThan(5);
  const all = documents.flatMap(({ path, text }) => commandLines(text).map((words) => ({ path, words })));
  expect(all.filter(({ path }) => path === "README.md").length).toBeGreaterThan(5);
  expect(all.filter(({ path }) => path === "docs/encoders.md").length).toBeGreaterThan(2);
  const complaints = all.map(async ({ path, words }) => {
    const said = await complaint(words);
    // The name of a command alone is a mention of it.
    const isMention = words.length === 1 && said !== undefined && /^error: (missing )?required/.test(said);
    return said === undefined || isMention ? undefined : `${path}: ${NAME} ${words.join(" ")}: ${said}`;
  });
  expect((await Promise.all(complaints)).filter((one) => one !== undefined)).toEqual([]);
});

test("what is no command line is found", async () => {
  expect(await complaint(["run", "--chanel", "news"])).toContain("unknown option '--chanel'");
  expect(await complaint(["walk"])).toContain("unknown command 'walk'");
  expect(await complaint(["run", "one.yaml", "two.yaml"])).toContain("too many arguments");
  expect(await complaint(["inspect", "--duration", "10s"])).toContain("missing required argument");
});

test("a script is taken as a shell takes it", () => {
  const script = `# Rain
${NAME} run --input 'srt://:9000?a=b&c=d' \\
  --segment 2s   # and on
${NAME} simulate --out - | ${NAME} package - --out "my out"
ffmpeg -i a && ${NAME} demo
`;
  expect(shellCommands(script)).toEqual([
    [NAME, "run", "--input", "srt://:9000?a=b&c=d", "--segment", "2s"],
    [NAME, "simulate", "--out", "-"],
    [NAME, "package", "-", "--out", "my out"],
    ["ffmpeg", "-i", "a"],
    [NAME, "demo"],
  ]);
});

test("every configuration in README.md and docs/encoders.md is accepted as it stands", () => {
  const path = join(temporaryFolder(), "config.yaml");
  const [readme, encoders] = ["README.md", "docs/encoders.md"].map((name) =>
    blocks(documents.find((document) => document.path === name)!.text, "yaml"),
  );
  expect(readme!.length).toBeGreaterThan(0);
  expect(encoders!.length).toBeGreaterThan(0);
  for (const text of [...readme!, ...encoders!]) {
    writeFileSync(path, text);
    expect(loadConfigFile(path, {}).config.channels.length).toBeGreaterThan(0);
  }
  writeFileSync(path, readme![0]!.replace("inputs", "input"));
  expect(() => loadConfigFile(path, {})).toThrow("input");
});
