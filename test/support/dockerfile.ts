import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import { PROJECT } from "./packager.ts";

/** Where the image has the project's folder. */
export const PROJECT_IN_IMAGE = "/opt/mqa-packager";

/** What the Dockerfile says of the processes of a container. */
export type ImageDefinition = {
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** As Compose has it: `["CMD", "node", …]`. */
  readonly healthcheck: readonly string[];
  /** `8080/tcp` */
  readonly exposed: readonly string[];
  readonly user: string;
  /** What is copied from the project, not from another stage. */
  readonly copied: readonly string[];
  /** Those of the last stage with a value. */
  readonly arguments: ReadonlyMap<string, string>;
};

/** The text of the project's Dockerfile. */
export function dockerfileText(): string {
  return readFileSync(join(PROJECT, "Dockerfile"), "utf8");
}

/** Reads a Dockerfile with dockerfile-ast. Of instructions of which the last one counts it is that one. */
export function readDockerfile(text: string): ImageDefinition {
  const file = DockerfileParser.parse(text);
  const json = (instruction: { getRawArgumentsContent(): string | null } | undefined): readonly string[] =>
    JSON.parse(instruction?.getRawArgumentsContent() ?? "[]") as readonly string[];
  const instructions = file.getInstructions();
  const named = (name: string): typeof instructions => instructions.filter((one) => one.getKeyword() === name);
  const words = (name: string): readonly string[] =>
    named(name).flatMap((one) => one.getArguments().map((argument) => argument.getValue()));
  const health = named("HEALTHCHECK").at(-1)?.getRawArgumentsContent() ?? "";
  const copies = file.getCOPYs().filter((copy) => copy.getFromFlag() === null);
  return {
    entrypoint: json(file.getENTRYPOINTs().at(-1)),
    command: json(file.getCMDs().at(-1)),
    healthcheck: ["CMD", ...(JSON.parse(/\bCMD (\[.*\])$/s.exec(health)?.[1] ?? "[]") as readonly string[])],
    exposed: words("EXPOSE"),
    user: words("USER").at(-1) ?? "",
    copied: copies.flatMap((copy) =>
      copy
        .getArguments()
        .slice(0, -1)
        .map((argument) => argument.getValue()),
    ),
    arguments: new Map(
      named("ARG")
        .map((one) => (one.getRawArgumentsContent() ?? "").split("="))
        .flatMap(([name, value]) => (value === undefined ? [] : [[name!, value] as const])),
    ),
  };
}
