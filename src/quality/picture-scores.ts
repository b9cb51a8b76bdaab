import { MalformedError } from "../problem/malformed-error.ts";
import type { Problem } from "../problem/problem.ts";
import type { SeiMessage } from "../sei/message.ts";
import { type MqaMessage, type MqaScope, parseMqa } from "../sei/mqa.ts";
import type { MqaMetricName } from "../sei/mqa-metric.ts";
import type { MqaUuid } from "../sei/mqa-uuid.ts";
import { payloadTypes } from "../sei/payload-types.ts";

/** The scores that came with one picture, by what they are scores of. Only those of scope `frame` are its own. */
export type PictureScores = Readonly<Record<MqaScope, ReadonlyMap<MqaMetricName, number>>>;

/** What the SEI of one picture says about quality. */
export type PictureScoresReading = {
  /** Absent when no message of ours came with the picture. */
  readonly scores?: PictureScores;
  readonly problems: readonly Problem[];
};

/**
 * Gathers the scores of one picture from its SEI. Where several messages give a value of one name and scope, the later
 * counts. A message that cannot be read is left out and reported; messages of other makers are passed over.
 *
 * @param sei - All SEI messages of the picture, in decoding order.
 * @param uuids - The UUIDs that mark quality messages.
 */
export function readPictureScores(sei: readonly SeiMessage[], uuids: readonly MqaUuid[]): PictureScoresReading {
  const problems: Problem[] = [];
  const messages: MqaMessage[] = [];
  for (const { payloadType, payload } of sei) {
    if (payloadType !== payloadTypes.userDataUnregistered) continue;
    try {
      const message = parseMqa(payload, uuids);
      if (message === undefined) continue;
      messages.push(message);
      problems.push(...message.problems);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
      problems.push({ code: error.code, count: 1, detail: error.message });
    }
  }
  if (messages.length === 0) return { problems };
  return {
    scores: { frame: merge(messages, "frame"), gop: merge(messages, "gop"), segment: merge(messages, "segment") },
    problems,
  };
}

function merge(messages: readonly MqaMessage[], scope: MqaScope): ReadonlyMap<MqaMetricName, number> {
  return new Map(messages.filter((message) => message.scope === scope).flatMap((message) => [...message.values]));
}
