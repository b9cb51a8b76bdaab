import { expect, test } from "vitest";
import { demoCommand } from "../../src/cli/demo.ts";

test.for([
  ["a fault of no kind", ["--fault", "rain@20s=2%", "quake@1s"], '--fault: "quake@1s"'],
  ["a control address without port", ["--control", "localhost"], "--control"],
  ["an address that is none", ["--listen", "8080"], "--listen"],
  ["an unknown option", ["--loss", "2%"], "--loss"],
] as const)("%s is refused by name before anything starts", async ([, options, reason]) => {
  const command = demoCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  await expect(command.parseAsync(options, { from: "user" })).rejects.toThrow(reason);
});
