import type { MqaScope } from "./mqa.ts";
import { acceptMqaValue, type MqaMetricName, mqaRanges } from "./mqa-metric.ts";
import { writeUserDataUnregistered } from "./user-data-unregistered.ts";

const encoder = new TextEncoder();

/**
 * Writes the user_data_unregistered payload of a quality message as a JSON object with names in upper case.
 *
 * @throws RangeError - when a value is not in its metric's range.
 */
export function writeMqaJson(
  uuid: Uint8Array,
  scope: MqaScope,
  values: ReadonlyMap<MqaMetricName, number>,
): Uint8Array {
  const entries = Array.from(values, ([name, value]) => {
    if (acceptMqaValue(mqaRanges[name], value) !== value) throw new RangeError(`${value} is not a value of ${name}`);
    return [name.toUpperCase(), value] as const;
  });
  const text = JSON.stringify({ scope, ...Object.fromEntries(entries) });
  return writeUserDataUnregistered({ uuid, data: encoder.encode(text) });
}
