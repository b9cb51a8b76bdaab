import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { loadConfigFile } from "../../src/config/load-config.ts";
import { composeServices, composeText, parseCompose, type Service, VARIABLE } from "../support/compose-file.ts";
import { dockerfileText, readDockerfile } from "../support/dockerfile.ts";
import { PROJECT } from "../support/packager.ts";

const text = composeText();
const services = composeServices(text);
const image = readDockerfile(dockerfileText());
const all = [...services.values()];

/** Those whose image is this project's. */
const ours = all.filter(({ build }) => build !== undefined);

function projectFile(...path: readonly string[]): string {
  return readFileSync(join(PROJECT, ...path), "utf8");
}

/** Ports that a service listens on, as far as the Compose file and the Dockerfile tell. */
function listened({ ports, build }: Service): readonly number[] {
  const exposed = build === undefined ? [] : image.exposed.map((port) => Number.parseInt(port, 10));
  return [...new Set([...ports.map(({ container }) => container), ...exposed])];
}

describe("the schema of the Compose specification", () => {
  const { $schema, ...schema } = JSON.parse(projectFile("test/deploy/fixtures/compose-spec.json")) as {
    readonly $schema: string;
  };
  // Draft 7 is what Ajv reads without being told; it knows that name with another beginning.
  expect($schema).toContain("draft-07");
  const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
  const faults = (file: unknown): readonly string[] => {
    validate(file);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  };

  test("has docker-compose.yml as it is written and with all variables replaced", () => {
    expect(faults(parse(text, { merge: true }))).toEqual([]);
    expect(faults(parseCompose(text))).toEqual([]);
  });

  test("has what docs/container.md shows of further files", () => {
    const blocks = [...projectFile("docs/container.md").matchAll(/^```yaml\n(services:\n.*?)^```$/gms)];
    expect(blocks.length).toBeGreaterThan(2);
    // `!reset` is known to Compose alone, when it puts files together.
    for (const [, block] of blocks) expect(faults(parse(block!, { logLevel: "error" })), block).toEqual([]);
  });

  test.for([
    ["restart: unless-stopped", "restart: [unless-stopped]", "/services/source/restart"],
    ["stop_grace_period:", "stop_grace:", "/services/source must NOT have additional properties"],
    ["condition: service_healthy", "condition: service_well", "/services/source/depends_on"],
    ["cap_drop: [ALL]", "cap_drop: ALL", "/services/source/cap_drop must be array"],
  ] as const)("refuses it where %j is %j", ([right, wrong, fault]) => {
    expect(text).toContain(right);
    expect(faults(parse(text.replace(right, wrong), { merge: true })).join("\n")).toContain(fault);
  });
});

test("every variable is in .env.example, with its default, and no other", () => {
  const used = [...text.matchAll(VARIABLE)].flatMap(([, name, value]) => (name === undefined ? [] : [[name, value]]));
  const example = [...projectFile(".env.example").matchAll(/^([A-Z_0-9]+)=(.*)$/gm)].map(([, name, value]) => [
    name,
    value,
  ]);
  expect(Object.fromEntries(used)).toEqual(Object.fromEntries(example));
  // The same default wherever it is used.
  expect(new Set(used.map(String)).size).toBe(example.length);
});

test("every file and folder that is mounted is there, and read only; every volume is declared", () => {
  const { volumes } = parseCompose(text) as { readonly volumes: Readonly<Record<string, unknown>> };
  const mounts = all.flatMap((service) => service.mounts);
  for (const { source, isReadOnly, isVolume } of mounts) {
    if (isVolume) expect(Object.keys(volumes)).toContain(source);
    else
      expect({ source, exists: existsSync(join(PROJECT, source)), isReadOnly }).toMatchObject({
        exists: true,
        isReadOnly: true,
      });
  }
  expect(new Set(mounts.filter(({ isVolume }) => isVolume).map(({ source }) => source))).toEqual(
    new Set(Object.keys(volumes)),
  );
});

test("every file that a command or the image's own names is in a mount", () => {
  for (const { name, command, mounts, build } of all) {
    const parameters = command ?? (build === undefined ? [] : image.command);
    for (const parameter of parameters) {
      const [, path] = /^(?:--config\.file=)?(\/etc\/.*)$/.exec(parameter) ?? [];
      if (path === undefined) continue;
      const mount = mounts.find(({ target }) => path === target || path.startsWith(`${target}/`));
      expect(mount, `${name}: ${path}`).toBeDefined();
      expect(existsSync(join(PROJECT, mount!.source, path.slice(mount!.target.length))), path).toBe(true);
    }
  }
});

test("Grafana looks for dashboards where they are mounted", () => {
  const { mounts } = services.get("grafana")!;
  const provisioning = mounts.find(({ target }) => target === "/etc/grafana/provisioning")!;
  const folders = readdirSync(join(PROJECT, provisioning.source, "dashboards")).flatMap((file) => {
    const { providers } = parse(projectFile(provisioning.source, "dashboards", file)) as {
      readonly providers: readonly { readonly options: { readonly path: string } }[];
    };
    return providers.map(({ options }) => options.path);
  });
  expect(folders.length).toBeGreaterThan(0);
  for (const folder of folders) {
    const mount = mounts.find(({ target }) => target === folder);
    expect(mount, folder).toBeDefined();
    expect(readdirSync(join(PROJECT, mount!.source)).filter((file) => file.endsWith(".json"))).not.toEqual([]);
  }
});

test("the source, the packagers and the receivers are one image, built from the Dockerfile", () => {
  expect(ours.map(({ name }) => name)).toEqual(["source", "packager-a", "packager-b", "receiver", "alert-receiver"]);
  expect(new Set(ours.map((service) => service.image)).size).toBe(1);
  for (const { build } of ours) expect(statSync(join(PROJECT, build!, "Dockerfile")).isFile()).toBe(true);
  // Builds of one image at a time, as Compose does them, fail now and then.
  expect(ours.filter(({ raw }) => raw["build"] !== undefined).map(({ name }) => name)).toEqual(["packager-a"]);
});

test("packagers A and B differ in who they are, in their input and its port, and in nothing else", () => {
  const [a, b] = ["packager-a", "packager-b"].map((name) => {
    const { ports, environment, raw, ...rest } = services.get(name)!;
    const { MQA_PACKAGER_IDENTIFIER: identifier, MQA_PACKAGER_CHANNELS_0_INPUTS_0: _input, ...shared } = environment;
    expect([identifier, rest.name]).toEqual([name, name]);
    const protocols = ports.map(({ protocol }) => protocol);
    const { ports: _ports, environment: _environment, build: _build, ...others } = raw;
    return { ...rest, name: "", shared, protocols, others };
  });
  expect(a).toEqual(b);
});

test("the packagers' file and environment are a configuration, and identifier and input are all that differs in it", () => {
  const [a, b] = ["packager-a", "packager-b"].map((name) => {
    const { environment, mounts } = services.get(name)!;
    for (const [key, value] of Object.entries(environment)) vi.stubEnv(key, value);
    const mount = mounts.find(({ target }) => target === image.command.at(-1))!;
    return loadConfigFile(join(PROJECT, mount.source), environment);
  });
  vi.unstubAllEnvs();
  expect(a!.config.publish.identifier).toBe("packager-a");
  expect(a!.config.channels[0]!.inputs).toMatchObject([{ kind: "srt", passphrase: "change-this-passphrase" }]);
  expect(b!.config.channels[0]!.inputs).toMatchObject([{ kind: "udp", port: 5000 }]);
  const input = /- (srt|udp):.*/;
  expect(a!.text().replace("packager-a", "packager-b").replace(input, "")).toBe(b!.text().replace(input, ""));
});

test.for(all.map((service) => [service.name, service] as const))(
  "%s has no more rights than it needs, is started again, and its log is bounded",
  ([, { raw, image: tag, build, ports }]) => {
    expect(raw).toMatchObject({
      ...{ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"], restart: "unless-stopped" },
      logging: { driver: "json-file", options: { "max-size": "10m", "max-file": "3" } },
    });
    // An image of somebody else's is of one version.
    if (build === undefined) expect(tag).toMatch(/:v?\d+\.\d+\.\d+$/);
    // Until somebody decides otherwise nothing is reached from elsewhere.
    expect(ports.map(({ address }) => address)).toEqual(ports.map(() => "127.0.0.1"));
  },
);

test("no two services are published at one port", () => {
  const published = all.flatMap(({ ports }) => ports.map((port) => `${port.published}/${port.protocol}`));
  expect(new Set(published).size).toBe(published.length);
});

test("containers are given longer to end than they take: 4 s for push and then 8 s for responses", () => {
  for (const { stopGraceSeconds } of ours) expect(stopGraceSeconds).toBeGreaterThan(12);
});

test("wherever a service is named with a port, it listens there", () => {
  const files = [
    "packager.yaml",
    ...folderFiles("prometheus"),
    ...folderFiles("alertmanager"),
    ...folderFiles("grafana"),
  ];
  const texts = [text, ...files.map((file) => projectFile("deploy", file))];
  const named = texts.flatMap((one) => [...one.matchAll(/\b([a-z]+(?:-[a-z]+)?):(\d{4,5})\b/g)]);
  const known = named.filter(([, name]) => services.has(name!));
  for (const [where, name, port] of known) expect(listened(services.get(name!)!), where).toContain(Number(port));
  // The source's two links, the push target, and what Prometheus and Grafana ask.
  const places = new Set(known.map(([where]) => where));
  for (const place of ["packager-a:9000", "packager-b:5000", "receiver:8081", "packager-a:8080", "packager-b:8080"]) {
    expect(places).toContain(place);
  }
  expect(places).toContain("alertmanager:9093");
  expect(places).toContain("alert-receiver:8080");
  expect(places).toContain("prometheus:9090");
});

test("every health check asks its own service, at a port that it listens on", () => {
  for (const service of all) {
    if (service.healthcheck === undefined) {
      // That of the image is for `run`.
      expect([service.command, service.entrypoint]).toEqual([undefined, undefined]);
      continue;
    }
    const url = new URL(service.healthcheck.at(-1)!);
    expect(url.hostname).toBe("127.0.0.1");
    expect(listened(service)).toContain(Number(url.port));
  }
});

test("the commands for the rain are the same beside the source and in docs/container.md", () => {
  const commands = (document: string): readonly string[] => document.match(/curl -X .*$/gm) ?? [];
  expect(commands(text)).toHaveLength(2);
  expect(commands(projectFile("docs/container.md"))).toEqual(commands(text));
});

test("docs/container.md has every variable and every published port", () => {
  const document = projectFile("docs/container.md");
  for (const [, name] of text.matchAll(VARIABLE)) if (name !== undefined) expect(document).toContain(`\`${name}\``);
  for (const { ports } of all)
    for (const { published, container, protocol } of ports) {
      const row = new RegExp(`\\| \`${published}\`.*\\| \`${container}\`.*${protocol === "udp" ? "UDP" : "TCP"}`);
      expect(document).toMatch(row);
    }
});

/** The files of a folder below deploy/, as paths below it. */
function folderFiles(folder: string): readonly string[] {
  return readdirSync(join(PROJECT, "deploy", folder), { recursive: true, encoding: "utf8" })
    .map((file) => join(folder, file))
    .filter((file) => /\.(?:ya?ml|json)$/.test(file));
}
