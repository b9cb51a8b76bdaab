import { MalformedError } from "../problem/malformed-error.ts";
import type { Problem } from "../problem/problem.ts";
import type { SeiMessage } from "../sei/message.ts";
import { type MqaMessage, type MqaScope, parseMqa } from "../sei/mqa.ts";
import type { MqaUuid } from "../sei/mqa-uuid.ts";
import { payloadTypes } from "../sei/payload-types.ts";

/**
 * The scores that came with one picture, by what they are scores of: itself, its GOP, its segment. By name, also of no
 * known metric.
 */
export type PictureScores = Readonly<Partial<Record<MqaScope, ReadonlyMap<string, number>>>>;

/** What the SEI of one picture says about quality. */
export type PictureScoresReading = {
  /** Absent when no message of ours came with the picture. */
  readonly scores?: PictureScores;
  readonly problems: readonly Problem[];
};

const NOTHING: PictureScoresReading = { problems: [] };

/**
 * Gathers the scores of one picture from its SEI. Where several messages give a value of one name and scope, the later
 * counts. A message that cannot be read is left out and reported; messages of other makers are passed over.
 *
 * @param sei - All SEI messages of the picture, in decoding order.
 * @param uuids - The UUIDs that mark quality messages.
 */
export function readPictureScores(sei: readonly SeiMessage[], uuids: readonly MqaUuid[]): PictureScoresReading {
  let reading = NOTHING;
  for (const { payloadType, payload } of sei) {
    if (payloadType === payloadTypes.userDataUnregistered) reading = addMessage(reading, payload, uuids);
  }
  return reading;
}

function addMessage(
  reading: PictureScoresReading,
  payload: Uint8Array,
  uuids: readonly MqaUuid[],
): PictureScoresReading {
  try {
    const message = parseMqa(payload, uuids);
    if (message === undefined) return reading;
    const problems = message.problems.length === 0 ? reading.problems : [...reading.problems, ...message.problems];
    const before = reading.scores?.[message.scope];
    const values = before === undefined ? valuesOf(message) : new Map([...before, ...valuesOf(message)]);
    return { scores: { ...reading.scores, [message.scope]: values }, problems };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    const problem = { code: error.code, count: 1, detail: error.message };
    return { ...reading, problems: [...reading.problems, problem] };
  }
}

function valuesOf({ values, unknown }: MqaMessage): ReadonlyMap<string, number> {
  return unknown.size === 0 ? values : new Map<string, number>([...values, ...unknown]);
}
