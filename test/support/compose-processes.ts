import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Service } from "./compose-file.ts";
import { type ImageDefinition, PROJECT_IN_IMAGE } from "./dockerfile.ts";
import { freeTcpPort, freeUdpPort } from "./free-port.ts";
import { PROJECT } from "./packager.ts";
import type { Running, StartProcess } from "./processes.ts";
import { run } from "./run.ts";

/** What a service may call itself, or all addresses. */
const SELF = ["0.0.0.0", "127.0.0.1", "localhost"];

/** Debian's names of what images of others run. */
const PROGRAMS: Readonly<Record<string, string>> = {
  "prom/prometheus": "prometheus",
  "prom/alertmanager": "prometheus-alertmanager",
};

/**
 * Services of a Compose file as processes of this machine, where no container engine is: with the commands, the
 * environment and the files that it names. What containers have of their own is translated: each port of a container is
 * a free one of loopback, its paths are those of the project or of a folder for it.
 */
export class ComposeProcesses {
  readonly #services: ReadonlyMap<string, Service>;
  readonly #image: ImageDefinition;
  readonly #folder: string;
  readonly #start: StartProcess;
  /** By service and port of its container, as `receiver:8081`. */
  readonly #ports = new Map<string, number>();
  readonly #running = new Map<string, Running>();

  private constructor(
    services: ReadonlyMap<string, Service>,
    image: ImageDefinition,
    folder: string,
    start: StartProcess,
  ) {
    this.#services = services;
    this.#image = image;
    this.#folder = folder;
    this.#start = start;
  }

  /**
   * Finds a free port for each of the containers'.
   *
   * @param image - What the services run that have no image of somebody else's.
   * @param folder - Where they may write.
   */
  static async open(
    services: ReadonlyMap<string, Service>,
    image: ImageDefinition,
    folder: string,
    start: StartProcess,
  ): Promise<ComposeProcesses> {
    const processes = new ComposeProcesses(services, image, folder, start);
    for (const { name, ports } of services.values()) {
      for (const { container, protocol } of ports) {
        const port = await (protocol === "udp" ? freeUdpPort() : freeTcpPort());
        processes.#ports.set(`${name}:${container}`, port);
      }
    }
    return processes;
  }

  /** Starts a service, as its entry point and its command say. */
  start(name: string): Running {
    const [program, ...parameters] = this.#translate(this.#service(name), this.#command(name));
    const running = this.#start(program!, parameters, this.#environment(name));
    this.#running.set(name, running);
    return running;
  }

  running(name: string): Running {
    return this.#running.get(name)!;
  }

  /** Where a port of a container is to be found. */
  url(name: string, containerPort: number): string {
    return `http://127.0.0.1:${this.#ports.get(`${name}:${containerPort}`)}`;
  }

  /** Where that is to be found which the host has at one of its own ports. */
  published(url: string): string {
    const { hostname, port, pathname } = new URL(url);
    for (const { name, ports } of this.#services.values()) {
      for (const { address, published, container } of ports) {
        if (address === hostname && published === Number(port)) return this.url(name, container) + pathname;
      }
    }
    throw new Error(`no service is published at ${url}`);
  }

  /** Runs the health check of a service, or of its image, and returns its exit code. */
  async health(name: string): Promise<number> {
    const service = this.#service(name);
    const [, ...command] = service.healthcheck ?? this.#image.healthcheck;
    const [program, ...parameters] = this.#translate(service, command);
    if (program !== "wget") return (await run(program!, parameters, { env: this.#environment(name) })).code;
    // Images of others have a wget; what matters is what it asks for.
    const response = await fetch(parameters.at(-1)!).catch(() => undefined);
    return response?.ok ? 0 : 1;
  }

  #service(name: string): Service {
    const service = this.#services.get(name);
    if (service === undefined) throw new Error(`no service ${name}`);
    return service;
  }

  #command(name: string): readonly string[] {
    const { build, image, entrypoint = this.#image.entrypoint, command } = this.#service(name);
    if (build === undefined) return [PROGRAMS[image.split(":")[0]!]!, ...(command ?? [])];
    // Without a name space of its own a process has no need of tini.
    const program = entrypoint.filter((word) => word !== "tini" && word !== "--");
    return [...program, ...(command ?? this.#image.command)];
  }

  #environment(name: string): NodeJS.ProcessEnv {
    const service = this.#service(name);
    const values = Object.entries(service.environment).map(([key, value]) => [key, this.#addresses(service, value)]);
    const port = this.#ports.get(`${name}:8080`);
    return {
      PATH: process.env["PATH"],
      ...Object.fromEntries(values),
      // In its container it is at 8080, as the health check of the image has it.
      ...(port !== undefined && { MQA_PACKAGER_LISTEN: `127.0.0.1:${port}` }),
    };
  }

  /** A command of a container as one of this machine. */
  #translate(service: Service, command: readonly string[]): readonly string[] {
    const paths = new Map(service.mounts.map(({ target }) => [target, this.#folderOf(service, target)]));
    paths.set(PROJECT_IN_IMAGE, PROJECT);
    return command.map((word) => {
      if (word === "node") return process.execPath;
      for (const [target, path] of paths) {
        const at = word.startsWith(target) ? 0 : word.indexOf(`=${target}`) + 1;
        const rest = word.slice(at + target.length);
        if ((at > 0 || word.startsWith(target)) && (rest === "" || rest.startsWith("/"))) {
          return word.slice(0, at) + path + rest;
        }
      }
      return this.#addresses(service, word);
    });
  }

  /** Copies what is mounted to a path, with the addresses in it translated; or makes an empty folder for a volume. */
  #folderOf(service: Service, target: string): string {
    const { source, isVolume } = service.mounts.find((mount) => mount.target === target)!;
    const path = join(this.#folder, service.name, target);
    // Once: somebody may be reading it.
    if (existsSync(path)) return path;
    if (isVolume) {
      mkdirSync(path, { recursive: true });
      return path;
    }
    cpSync(join(PROJECT, source), path, { recursive: true });
    const files = statSync(path).isFile()
      ? [path]
      : readdirSync(path, { recursive: true, encoding: "utf8" }).map((file) => join(path, file));
    for (const file of files.filter((one) => statSync(one).isFile())) {
      writeFileSync(file, this.#addresses(service, readFileSync(file, "utf8")));
    }
    return path;
  }

  /** `NAME:PORT` of a service, and `:PORT` of one's own, are at free ports of loopback. */
  #addresses(service: Service, given: string): string {
    // With a host it would be a caller.
    const text = given.replaceAll(/srt:\/\/(:\d+)\?/g, "srt://$1?mode=listener&");
    const names = [...this.#services.keys(), ...SELF].map((name) => name.replaceAll(".", "\\."));
    return text.replaceAll(
      new RegExp(`(${names.join("|")})?:(\\d{2,5})(?!\\d)`, "g"),
      (whole, host?: string, port?: string) => {
        const name = host === undefined || SELF.includes(host) ? service.name : host;
        const found = this.#ports.get(`${name}:${port}`);
        return found === undefined ? whole : `127.0.0.1:${found}`;
      },
    );
  }
}
