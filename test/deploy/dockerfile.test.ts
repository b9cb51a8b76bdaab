import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { validate } from "dockerfile-utils";
import { expect, test } from "vitest";
import { dockerfileText, PROJECT_IN_IMAGE, readDockerfile } from "../support/dockerfile.ts";
import { PROJECT } from "../support/packager.ts";

const text = dockerfileText();
const image = readDockerfile(text);

/** What dockerfile-utils finds, its warnings among them. */
function faults(dockerfile: string): readonly string[] {
  return validate(dockerfile).map(({ range, message }) => `line ${range.start.line + 1}: ${message}`);
}

function projectFile(path: string): string {
  return readFileSync(join(PROJECT, path), "utf8");
}

test("dockerfile-utils finds no fault with the Dockerfile", () => {
  expect(faults(text)).toEqual([]);
});

test.for([
  ["WORKDIR /build", "WORKDIR build", /absolute/],
  ["EXPOSE 8080/tcp", "EXPOSE http", /Invalid containerPort/],
  ["--interval=10s", "--interval=10", /missing unit/],
  ['CMD ["run", "/etc/mqa-packager/config.yaml"]', "CMD ['run']", /single quotes/],
  ["USER 10001", "USR 10001", /Unknown instruction/],
] as const)("dockerfile-utils finds the fault where %j is %j", ([right, wrong, message]) => {
  expect(text).toContain(right);
  expect(faults(text.replace(right, wrong)).join("\n")).toMatch(message);
});

test("the container's processes are started without a shell, as nobody in particular", () => {
  const main = `${PROJECT_IN_IMAGE}/dist/main.js`;
  expect(image.entrypoint).toEqual(["tini", "--", "node", main]);
  expect(image.command).toEqual(["run", "/etc/mqa-packager/config.yaml"]);
  expect(image.healthcheck).toEqual(["CMD", "node", `${PROJECT_IN_IMAGE}/deploy/healthcheck.js`]);
  // A number other than 0.
  expect(image.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(text).not.toMatch(/^(?:ENTRYPOINT|CMD) [^[]/m);
});

test("the version, the Node.js and the Debian that it names are those of package.json and of its label", () => {
  const { version, engines } = JSON.parse(projectFile("package.json")) as {
    readonly version: string;
    readonly engines: { readonly node: string };
  };
  expect(image.arguments.get("VERSION")).toBe(version);
  const [, oldest] = /^>=(\d+)/.exec(engines.node)!;
  expect(Number(image.arguments.get("NODE_VERSION"))).toBeGreaterThanOrEqual(Number(oldest));
  expect(text).toContain(`debian:${image.arguments.get("DEBIAN_RELEASE")}-slim"`);
});

test("everything that it copies is there, and .dockerignore lets that through and nothing else", () => {
  const allowed = projectFile(".dockerignore")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(allowed[0]).toBe("*");
  const exceptions = allowed.slice(1).map((line) => line.replace(/^!/, ""));
  for (const path of image.copied) {
    expect(statSync(join(PROJECT, path), { throwIfNoEntry: false }), path).toBeDefined();
    expect(
      exceptions.some((exception) => path === exception || path.startsWith(`${exception}/`)),
      path,
    ).toBe(true);
  }
  for (const exception of exceptions) {
    expect(
      image.copied.some((path) => path === exception || path.startsWith(`${exception}/`)),
      exception,
    ).toBe(true);
  }
});
