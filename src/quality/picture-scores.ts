import { MalformedError } from "../problem/malformed-error.ts";
import type { Problem } from "../problem/problem.ts";
import type { SeiMessage } from "../sei/message.ts";
import { type MqaMessage, type MqaScope, type MqaValue, parseMqa } from "../sei/mqa.ts";
import type { MqaUuid } from "../sei/mqa-uuid.ts";
import { payloadTypes } from "../sei/payload-types.ts";

/** Scores that came with one picture, and what they are scores of: itself, its GOP, its segment. Each name once. */
export type ScopedScores = {
  readonly scope: MqaScope;
  /** Also under names of no known metric. */
  readonly values: readonly MqaValue[];
};

/** What the SEI of one picture says about quality. */
export type PictureScores = {
  /** Each scope once at most; empty when no message of ours came with the picture. */
  readonly scores: readonly ScopedScores[];
  readonly problems: readonly Problem[];
};

const NOTHING: PictureScores = { scores: [], problems: [] };

/**
 * Gathers the scores of one picture from its SEI. Where several messages give a value of one name and scope, the later
 * counts. A message that cannot be read is left out and reported; messages of other makers are passed over.
 *
 * @param sei - All SEI messages of the picture, in decoding order.
 * @param uuids - The UUIDs that mark quality messages.
 */
export function readPictureScores(sei: readonly SeiMessage[], uuids: readonly MqaUuid[]): PictureScores {
  let read = NOTHING;
  for (const { payloadType, payload } of sei) {
    if (payloadType === payloadTypes.userDataUnregistered) read = addMessage(read, payload, uuids);
  }
  return read;
}

function addMessage(
  { scores, problems }: PictureScores,
  payload: Uint8Array,
  uuids: readonly MqaUuid[],
): PictureScores {
  try {
    const message = parseMqa(payload, uuids);
    if (message === undefined) return { scores, problems };
    return {
      scores: scores.length === 0 ? [scoresOf(message)] : merged(scores, scoresOf(message)),
      problems: message.problems.length === 0 ? problems : [...problems, ...message.problems],
    };
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return { scores, problems: [...problems, { code: error.code, count: 1, detail: error.message }] };
  }
}

function scoresOf({ scope, values, unknown }: MqaMessage): ScopedScores {
  return { scope, values: unknown.length === 0 ? values : [...values, ...unknown] };
}

function merged(before: readonly ScopedScores[], { scope, values }: ScopedScores): readonly ScopedScores[] {
  const same = before.find((scores) => scores.scope === scope)?.values ?? [];
  const others = before.filter((scores) => scores.scope !== scope);
  return [...others, { scope, values: [...new Map([...same, ...values])] }];
}
