import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { PROJECT } from "./packager.ts";

/** A port of a container that is reached at one of the host. */
export type PublishedPort = {
  readonly address: string;
  readonly published: number;
  readonly container: number;
  readonly protocol: "tcp" | "udp";
};

/** What a container has below a path: a file or folder of the project, or else a named volume. */
export type Mount = {
  readonly source: string;
  readonly target: string;
  readonly isVolume: boolean;
  readonly isReadOnly: boolean;
};

/** One service of a Compose file, its short forms written out. */
export type Service = {
  readonly name: string;
  readonly image: string;
  /** Its image is built from here, by this service or another one. */
  readonly build?: string;
  /** Instead of that of the image. */
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly PublishedPort[];
  readonly mounts: readonly Mount[];
  /** `["CMD", …]`; absent where it is that of the image. */
  readonly healthcheck?: readonly string[];
  readonly stopGraceSeconds: number;
  /** All that the file says of it. */
  readonly raw: Readonly<Record<string, unknown>>;
};

/** What Docker waits for where a service does not say it. */
const DEFAULT_GRACE = "10s";

/** The text of the project's Compose file. */
export function composeText(): string {
  return readFileSync(join(PROJECT, "docker-compose.yml"), "utf8");
}

/** A Compose file as YAML has it, anchors and merge keys resolved and variables replaced. */
export function parseCompose(text: string, environment: Readonly<Record<string, string>> = {}): unknown {
  return interpolateAll(parse(text, { merge: true }), environment);
}

/** The services of a Compose file, by name. */
export function composeServices(
  text: string,
  environment: Readonly<Record<string, string>> = {},
): ReadonlyMap<string, Service> {
  const { services } = parseCompose(text, environment) as {
    readonly services: Readonly<Record<string, Record<string, unknown>>>;
  };
  const builds = new Map(
    Object.values(services).flatMap(({ image, build }) => (build === undefined ? [] : [[image, build] as const])),
  );
  return new Map(
    Object.entries(services).map(([name, raw]) => [name, readService(name, raw, builds.get(raw["image"]))]),
  );
}

/** `${NAME:-default}` is all that is used of Compose's variables: what comes of a name, and its default. */
export const VARIABLE: RegExp = /\$(?:\$|\{([A-Z_][A-Z0-9_]*):-([^}]*)\})/g;

function interpolateAll(value: unknown, environment: Readonly<Record<string, string>>): unknown {
  if (typeof value === "string") return interpolate(value, environment);
  if (Array.isArray(value)) return value.map((one) => interpolateAll(one, environment));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, interpolateAll(one, environment)]));
}

/** @throws Error - for a form of variables that this does not know. */
function interpolate(text: string, environment: Readonly<Record<string, string>>): string {
  if (text.replaceAll(VARIABLE, "").includes("$")) throw new Error(`no form of a variable that is known here: ${text}`);
  // As Compose has it: an empty variable counts as none after `:-`.
  return text.replaceAll(VARIABLE, (_whole, name?: string, otherwise?: string) =>
    name === undefined ? "$" : environment[name] || (otherwise ?? ""),
  );
}

function readService(name: string, raw: Record<string, unknown>, build: unknown): Service {
  const { image, entrypoint, command, environment, ports, volumes, healthcheck, stop_grace_period: grace } = raw;
  const test = (healthcheck as { readonly test?: readonly string[] } | undefined)?.test;
  return {
    name,
    image: String(image),
    ...(build !== undefined && { build: String(build) }),
    ...(entrypoint !== undefined && { entrypoint: entrypoint as readonly string[] }),
    ...(command !== undefined && { command: command as readonly string[] }),
    environment: (environment ?? {}) as Readonly<Record<string, string>>,
    ports: ((ports ?? []) as readonly string[]).map(readPort),
    mounts: ((volumes ?? []) as readonly string[]).map(readMount),
    ...(test !== undefined && { healthcheck: test }),
    stopGraceSeconds: Number(/^(\d+)s$/.exec(String(grace ?? DEFAULT_GRACE))![1]),
    raw,
  };
}

/** `ADDRESS:PUBLISHED:CONTAINER[/PROTOCOL]` */
function readPort(text: string): PublishedPort {
  const [, address, published, container, protocol = "tcp"] = /^([\d.]+):(\d+):(\d+)(?:\/(tcp|udp))?$/.exec(text)!;
  return {
    address: address!,
    published: Number(published),
    container: Number(container),
    protocol: protocol as "tcp" | "udp",
  };
}

/** `SOURCE:TARGET[:ro]` */
function readMount(text: string): Mount {
  const [source, target, mode] = text.split(":");
  return { source: source!, target: target!, isVolume: !source!.startsWith("."), isReadOnly: mode === "ro" };
}
