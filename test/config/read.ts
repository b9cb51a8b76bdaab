import { writeFileSync } from "node:fs";
import type { z } from "zod";
import { type ChannelOptions, channelSection } from "../../src/config/channel-section.ts";
import { type LoadedConfig, loadConfigFile } from "../../src/config/load-config.ts";
import { publishSection } from "../../src/config/publish-section.ts";
import { pushSection } from "../../src/config/push-section.ts";
import { flagSettings, readSettings } from "../../src/config/settings.ts";
import type { PushOptions } from "../../src/push/push-options.ts";
import type { PublishOptions } from "../../src/quality/publish-options.ts";

/** Reads a part of the configuration, which `option` calls what it is in a file. */
export function readPart<Value>(schema: z.ZodType<Value>, value: unknown, option = "it"): Value {
  return readSettings(schema, { value, nameOf: (path) => [option, ...path].join(".") });
}

/** `quality.publish`, with the identifier that headers have by default. */
export function readPublish(given: Record<string, unknown>): PublishOptions {
  return { ...readPart(publishSection, given), identifier: "mqa-packager" };
}

export function readPush(given: Record<string, unknown>): PushOptions {
  return readPart(pushSection, given, "push");
}

export function readChannel(given: Record<string, unknown>): ChannelOptions {
  return readSettings(channelSection, flagSettings(given, {}));
}

/** Loads a configuration file that has this text. */
export function loadText(path: string, text: string, environment: Record<string, string> = {}): LoadedConfig {
  writeFileSync(path, text);
  return loadConfigFile(path, environment);
}
