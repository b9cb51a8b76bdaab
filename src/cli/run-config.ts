import { readFileSync } from "node:fs";
import { parse as parseYaml, YAMLParseError } from "yaml";
import { z } from "zod";
import type { QualitySignals } from "../manifest/quality-signals.ts";
import { ConfigError } from "../problem/config-error.ts";
import { defaultPublishOptions, type PublishOptions } from "../quality/publish-options.ts";
import type { QualityOptions } from "../quality/quality-options.ts";
import {
  type ChannelOptions,
  DEFAULT_DAMAGED,
  DEFAULT_LISTEN,
  DEFAULT_MISSING,
  DEFAULT_PART,
  DEFAULT_SEGMENT,
  DEFAULT_WINDOW,
  type ListenAddress,
  parseChannel,
  parseIdentifier,
  parseListen,
} from "./channel-options.ts";
import { parseQuality } from "./quality-settings.ts";
import { WAIT_FORMS } from "./timecode-settings.ts";

/** What `run` runs. */
export type RunConfig = {
  readonly listen: ListenAddress;
  readonly signals: QualitySignals;
  readonly quality: QualityOptions;
  readonly publish: PublishOptions;
  readonly channels: readonly ChannelOptions[];
};

/** A configuration file larger than this is not one. */
const MAX_BYTES = 1 << 20;
/** What one process can run at the very most; each channel has sockets and memory of its own. */
const MAX_CHANNELS = 1000;
const MAX_INPUTS = 64;
/** Each has a connection for each track. */
const MAX_TARGETS = 16;

/** YAML reads `segment: 2` as a number: seconds, as on the command line. */
const scalar = (error: string) => z.union([z.string(), z.number()], { error }).transform(String);
const duration = scalar("it must be a duration, such as 2s or 500ms");

const schema = z.strictObject({
  listen: z.string().default(DEFAULT_LISTEN),
  identifier: z.string().default(defaultPublishOptions.identifier),
  // Half of it depends on names that only its own parser knows.
  quality: z.unknown().optional(),
  channels: z
    .array(
      z.strictObject({
        name: z.string(),
        inputs: z.array(z.string()).min(1).max(MAX_INPUTS),
        segment: duration.default(DEFAULT_SEGMENT),
        lowLatency: z
          .strictObject({ part: duration.default(DEFAULT_PART), missing: z.string().default(DEFAULT_MISSING) })
          .optional(),
        window: duration.default(DEFAULT_WINDOW),
        damaged: z.string().default(DEFAULT_DAMAGED),
        push: z
          .array(
            z.strictObject({
              url: z.string(),
              endpoint: z.string().optional(),
              region: z.string().optional(),
              interface: scalar("it must be 1 or 2").optional(),
              mpd: z.boolean().transform(String).optional(),
              deletes: z.boolean().transform(String).optional(),
              method: z.string().optional(),
              naming: z.string().optional(),
              cmcd: scalar("it must be 1, 2 or off").optional(),
              queue: duration.optional(),
              credentials: z.string().optional(),
              tls: z
                .strictObject({ ca: z.string().optional(), cert: z.string().optional(), key: z.string().optional() })
                .optional(),
            }),
          )
          .max(MAX_TARGETS)
          .default([]),
        timecode: z
          .strictObject({
            source: z.string().optional(),
            utcOffset: z.string().optional(),
            timeZone: z.string().optional(),
            maxClockError: duration.optional(),
            wait: scalar(WAIT_FORMS).optional(),
            numberOffset: z.number().optional(),
          })
          .prefault({}),
      }),
    )
    .min(1)
    .max(MAX_CHANNELS),
});

/**
 * Reads and checks a configuration file.
 *
 * @throws ConfigError - naming the option by its path in the file, such as `channels[0].segment`.
 */
export function loadRunConfig(path: string): RunConfig {
  const result = schema.safeParse(readYaml(path), { reportInput: true });
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw new ConfigError(`${path}: ${pathText(issue.path) || "the file"}`, givenValue(issue), sentence(issue.message));
  }
  const { listen, identifier, channels } = result.data;
  const { quality, manifests, ...settings } = parseQuality("quality", result.data.quality);
  const publish = { ...settings.publish, identifier: parseIdentifier("identifier", identifier) };
  const config = {
    listen: parseListen("listen", listen),
    quality,
    publish,
    signals: { ...manifests, publish },
    channels: channels.map((channel, i) => parseChannel(`channels[${i}].`, channel)),
  };
  const names = config.channels.map(({ name }) => name);
  const twice = names.findIndex((name, i) => names.indexOf(name) !== i);
  if (twice >= 0) throw new ConfigError(`channels[${twice}].name`, names[twice], "another channel has that name");
  return config;
}

function readYaml(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new ConfigError("CONFIG", path, `it must be a file that can be read (${error.message})`);
  }
  if (text.length > MAX_BYTES) throw new ConfigError("CONFIG", path, `it must be at most ${MAX_BYTES} bytes`);
  try {
    return parseYaml(text, { prettyErrors: false });
  } catch (error) {
    // Besides errors of syntax: aliases of nothing, and of so much that it would not fit into memory.
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error;
    const line = error instanceof YAMLParseError ? `line ${text.slice(0, error.pos[0]).split("\n").length}: ` : "";
    throw new ConfigError("CONFIG", path, `it must be YAML (${line}${error.message})`);
  }
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i > 0 ? "." : ""}${String(part)}`))
    .join("");
}

function givenValue(issue: z.core.$ZodIssue): unknown {
  return "keys" in issue ? issue.keys : issue.input;
}

function sentence(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
