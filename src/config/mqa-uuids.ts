import { ConfigError } from "../problem/config-error.ts";
import { DEFAULT_MQA_UUIDS, type MqaUuid, parseMqaUuid } from "../sei/mqa-uuid.ts";

/**
 * UUIDs that mark quality messages: the known ones, and those given.
 *
 * @throws ConfigError
 */
export function parseMqaUuids(option: string, given: readonly string[]): readonly MqaUuid[] {
  return [...DEFAULT_MQA_UUIDS, ...given.map((text) => readMqaUuid(option, text))];
}

/** One of them. @throws ConfigError */
export function readMqaUuid(option: string, text: string): MqaUuid {
  try {
    return parseMqaUuid(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigError(option, text, "it must be a UUID or at least its first 16 hexadecimal digits");
  }
}
