import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { withEnvironment } from "../../src/config/environment.ts";
import { configJsonSchema } from "../../src/config/load-config.ts";
import { runConfigSchema } from "../../src/config/run-config.ts";
import { flagSettings, pathText, readSettings } from "../../src/config/settings.ts";
import { ConfigError } from "../../src/problem/config-error.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { loadText } from "./read.ts";

const root = configJsonSchema();
const isValid = new Ajv2020({ strict: false }).compile(root);

/** Says something of everything. */
const whole = {
  ...{ listen: ":8080", identifier: "a", log: { level: "info", format: "json" } },
  quality: {
    ...{ uuids: ["00112233-4455-6677-8899-aabbccddeeff"], threshold: 60, minimumShare: 0.5, pooling: { vmaf: "min" } },
    score: { psnrWeight: 1, assumed: 90, silenceLoudness: -60, tsErrorWeights: { continuity: 2 } },
    publish: {
      keyPrefix: "a.b",
      profiles: ["keys"],
      metrics: ["psnr", "vmaf"],
      names: { psnr: "p" },
      decimals: { vmaf: 1 },
    },
    manifests: { score: true, events: false },
  },
  channels: [
    {
      ...{ name: "a", inputs: ["srt://:9000?passphrase=geheimgeheim", "udp://:5000"], segment: "2s", window: 60 },
      ...{ lowLatency: { part: "0.5s", missing: "empty" }, damaged: "hide" },
      push: [
        { url: "http://x/", interface: 2, deletes: true, cmcd: 1, queue: "10s" },
        { url: "https://y/", mpd: true },
      ],
      timecode: { source: "auto", timeZone: "Europe/Berlin", wait: "forever", maxClockError: "10s", numberOffset: 1 },
    },
    { name: "b", inputs: ["file.ts"], timecode: { utcOffset: "+01:00" } },
  ],
};

type Place = readonly (string | number)[];

/** All places in it, the root among them. */
function places(value: unknown, path: Place = []): readonly Place[] {
  if (typeof value !== "object" || value === null) return [path];
  const keys = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value);
  return [path, ...keys.flatMap((key) => places((value as Record<string | number, unknown>)[key], [...path, key]))];
}

/** The same with something else in one place; undefined: with nothing there. */
function replaced(value: unknown, [key, ...rest]: Place, other: unknown): unknown {
  if (key === undefined) return other;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string | number, unknown>;
  copy[key] = replaced(copy[key], rest, other);
  if (copy[key] === undefined && !Array.isArray(copy)) delete copy[key];
  return copy;
}

/** What YAML can hold, and names and values that mean something elsewhere. */
const other = fc.oneof(
  { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  fc.constantFrom(
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "",
    "geheim",
    "2s",
    "forever",
    "auto",
    "-",
    0,
    1,
    true,
  ),
  fc
    .constantFrom(...places(whole))
    .map((path) => path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], whole)),
  fc.string({ unit: "binary", maxLength: 200 }),
);

const mutated = fc
  .array(fc.tuple(fc.constantFrom(...places(whole)), other), { minLength: 1, maxLength: 2 })
  .map((changes) =>
    changes.reduce<unknown>((value, [path, instead]) => {
      const isThere = path.every((_, i) => {
        const parent = path
          .slice(0, i)
          .reduce<unknown>((at, key) => (at as Record<string, unknown> | null)?.[key], value);
        return typeof parent === "object" && parent !== null;
      });
      return isThere ? replaced(value, path, instead) : value;
    }, whole),
  );

/** @returns The mistakes, each on a line; undefined: there are none. */
function mistakes(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message;
  }
}

test("whatever stands in a configuration, it is taken or every mistake is a sentence; what is taken is valid by the schema", () => {
  expect(mistakes(() => readSettings(runConfigSchema, { value: whole, nameOf: pathText }))).toBeUndefined();
  let taken = 0;
  fc.assert(
    fc.property(mutated, (value) => {
      const said = mistakes(() => readSettings(runConfigSchema, { value, nameOf: pathText }));
      if (said === undefined) {
        taken++;
        expect(isValid(value), JSON.stringify(isValid.errors)).toBe(true);
        return;
      }
      for (const line of said.split("\n")) expect(line).toMatch(/ is not allowed; | is missing; |^and \d+ more/);
      expect(said).not.toContain("geheimgeheim");
    }),
    { numRuns: 600 },
  );
  expect(taken).toBeGreaterThan(5);
});

test("whatever text a file holds, it is read or said to be no YAML, with nothing on standard error", () => {
  const path = join(temporaryFolder(), "config.yaml");
  const token = fc.constantFrom(
    ...[
      "<<: 7",
      "<<: *a",
      "<<: [*a, 7]",
      "&a ",
      "*a",
      "*nowhere",
      "!!binary ",
      "!!set ",
      "!!float ",
      "!unknown ",
      "? [a]",
      ": ",
      "- ",
    ],
    ...[
      "\t",
      "\n",
      "%YAML 1.1\n---\n",
      "---\n",
      "...\n",
      "|",
      ">",
      '"',
      "'",
      "{",
      "}",
      "[",
      "]",
      "#",
      "~",
      "channels:",
      "__proto__: ",
    ],
  );
  const text = `&a\nlisten: :8080\nchannels:\n  - &c\n    name: a\n    inputs: [x.ts]\n  - <<: *c\n    name: b\n`;
  const edit = fc.tuple(fc.nat(text.length), fc.nat(3), fc.oneof(token, fc.string({ maxLength: 3 })));
  const warnings: string[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning.message);
  process.on("warning", onWarning);
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const edited = edits.reduce((given, [at, cut, put]) => given.slice(0, at) + put + given.slice(at + cut), text);
      mistakes(() => loadText(path, edited));
    }),
    { numRuns: 5000 },
  );
  expect(mistakes(() => loadText(path, "[".repeat(100_000)))).toContain("YAML");
  process.off("warning", onWarning);
  expect(warnings).toEqual([]);
});

test("whatever variables there are, they set something or are named as mistakes", () => {
  const part = fc.constantFrom(
    "CHANNELS",
    "0",
    "1",
    "INPUTS",
    "PUSH",
    "URL",
    "LOW",
    "LATENCY",
    "PART",
    "QUALITY",
    "SCORE",
    "POOLING",
    "NAME",
    "X",
    "",
  );
  const name = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => `MQA_PACKAGER_${parts.join("_")}`);
  fc.assert(
    fc.property(fc.dictionary(name, fc.string({ maxLength: 20 }), { maxKeys: 4 }), (environment) => {
      const given = flagSettings(whole, {});
      const { settings, mistakes: unknown } = withEnvironment(given, environment, root, "environment");
      for (const { option } of unknown) expect(Object.keys(environment)).toContain(option);
      mistakes(() => readSettings(runConfigSchema, settings, unknown));
      expect(given.value).toEqual(whole);
    }),
    { numRuns: 1000 },
  );
});
