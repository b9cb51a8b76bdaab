import { Command } from "commander";

const HELP = `
Says everything that is wrong, a line each, and ends with exit code 2. The environment counts as it does for run: validate where
the file is to be run, with the same variables and secrets.

Example:
  mqa-packager validate config.yaml && kill -HUP "$PID"
`;

/** The command `validate`: whether a configuration is in order. */
export function validateCommand(): Command {
  return new Command("validate")
    .summary("check a configuration file")
    .description("Check a configuration file, and start nothing.")
    .argument("<config>", "configuration file (YAML)")
    .addHelpText("after", HELP)
    .action(async (path: string) => {
      const { loadConfigFile } = await import("../config/load-config.ts");
      const { channels } = loadConfigFile(path, process.env).config;
      const count = channels.length === 1 ? "1 channel" : `${channels.length} channels`;
      process.stdout.write(`${path} is in order: ${count} (${channels.map(({ name }) => name).join(", ")})\n`);
    });
}
