import { z } from "zod";
import { mqaUuid } from "../config/quality-section.ts";
import { flagSettings, readSettings } from "../config/settings.ts";
import { DEFAULT_MQA_UUIDS, type MqaUuid } from "../sei/mqa-uuid.ts";

/**
 * UUIDs that mark quality messages: the known ones, and those given.
 *
 * @throws ConfigError
 */
export function parseMqaUuids(option: string, given: readonly string[]): readonly MqaUuid[] {
  return [...DEFAULT_MQA_UUIDS, ...readSettings(z.array(mqaUuid()), flagSettings(given, { "": option }))];
}
