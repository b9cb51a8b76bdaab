#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { demoCommand } from "./cli/demo.ts";
import { inspectCommand } from "./cli/inspect.ts";
import { packageCommand } from "./cli/package.ts";
import { receiveCommand } from "./cli/receive.ts";
import { runCommand } from "./cli/run.ts";
import { simulateCommand } from "./cli/simulate.ts";
import { validateCommand } from "./cli/validate.ts";
import { packageVersion } from "./package-root.ts";
import { ConfigError } from "./problem/config-error.ts";

/** Exit code for a command line or configuration that cannot work. */
const WRONG_USE = 2;

const program = new Command("mqa-packager")
  .description("Live packager: MPEG-TS in, aligned CMAF segments with HLS, DASH and their quality in CMSD-Static out.")
  .version(packageVersion)
  .showHelpAfterError("(--help says more)");
const commands = [
  runCommand(),
  validateCommand(),
  packageCommand(),
  receiveCommand(),
  inspectCommand(),
  simulateCommand(),
  demoCommand(),
];
for (const command of commands) {
  program.addCommand(command.copyInheritedSettings(program));
}
for (const command of [program, ...program.commands]) command.exitOverride();

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_USE;
  } else if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = WRONG_USE;
  } else {
    throw error;
  }
}
