import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { simulateCommand } from "../../src/cli/simulate.ts";
import { DEFAULT_SAMPLE } from "../../src/simulate/simulate.ts";

/** The command as a test can run it: no text on standard error, errors thrown. */
const command = () =>
  simulateCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} });

test("the help tells every form of output, and the sample it names is there", () => {
  const help = command().helpInformation();
  for (const form of ["udp://", "srt://", "file:", "--sample"]) expect(help).toContain(form);
  expect(existsSync(DEFAULT_SAMPLE)).toBe(true);
});

test.for([
  ["no output", [], "--out"],
  ["an output without value", ["--out"], "--out"],
  ["an unknown option", ["--out", "-", "--loop"], "--loop"],
  ["an output of no known kind", ["--out", "rtmp://x"], "udp://HOST:PORT"],
  ["the second of two outputs", ["--out", "udp://127.0.0.1:9", "udp://127.0.0.1"], "HOST:PORT is needed"],
  ["a sample that is not there", ["--out", "-", "--sample", "/no/such.m2ts"], "no such file"],
] as const)("%s is refused by name", async ([, options, reason]) => {
  await expect(command().parseAsync(options, { from: "user" })).rejects.toThrow(reason);
});
