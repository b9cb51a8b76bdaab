import type { VideoAccessUnit } from "../demux/access-unit.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import type { Problem } from "../problem/problem.ts";
import { type MqaMessage, type MqaScope, parseMqa } from "../sei/mqa.ts";
import { type MqaMetricName, mqaMetricNames } from "../sei/mqa-metric.ts";
import { type MqaUuid, matchesMqaUuid } from "../sei/mqa-uuid.ts";
import { payloadTypes } from "../sei/payload-types.ts";
import { formatUuid, parseUserDataUnregistered } from "../sei/user-data-unregistered.ts";
import { roundTo } from "./distribution.ts";
import type { QualityReport, QualityScopeReport } from "./video-report.ts";

/** A prefix matches more UUIDs than anyone can list. */
const MAX_UUIDS = 16;

/** As many as one message may have. */
const MAX_UNKNOWN_NAMES = 64;

const scopes: readonly MqaScope[] = ["frame", "gop", "segment"];

/** The values of one metric. */
type Values = { count: number; sum: number; min: number; max: number };
type ScopeScores = { pictures: number; readonly metrics: Map<MqaMetricName, Values> };

/** Follows the quality messages of one video track. */
export class QualityScores {
  readonly #known: readonly MqaUuid[];
  readonly #uuids = new Set<string>();
  readonly #syntaxes = new Set<"dictionary" | "json">();
  readonly #unknownNames = new Set<string>();
  readonly #scopes = new Map<MqaScope, ScopeScores>();
  #messages = 0;
  #malformed = 0;

  /** @param known - UUIDs that mark quality messages. */
  constructor(known: readonly MqaUuid[]) {
    this.#known = known;
  }

  /** @returns What is wrong with the messages. */
  push({ sei, pid }: VideoAccessUnit): readonly Problem[] {
    const problems: Problem[] = [];
    const messages: MqaMessage[] = [];
    for (const { payloadType, payload } of sei) {
      if (payloadType !== payloadTypes.userDataUnregistered) continue;
      try {
        this.#note(payload);
        const message = parseMqa(payload, this.#known);
        if (message === undefined) continue;
        messages.push(message);
        problems.push(...message.problems.map((problem) => ({ ...problem, pid })));
      } catch (error) {
        if (!(error instanceof MalformedError)) throw error;
        // Others read user data too, and report what is no user data.
        if (error.code !== "mqa-malformed") continue;
        this.#malformed++;
        problems.push({ code: error.code, count: 1, pid, detail: error.message });
      }
    }
    for (const scope of scopes)
      this.#take(
        scope,
        messages.filter((message) => message.scope === scope),
      );
    return problems;
  }

  /**
   * Undefined where no message came.
   *
   * @param pictures - All of the track.
   */
  report(pictures: number): QualityReport | undefined {
    if (this.#messages === 0) return undefined;
    return {
      messages: this.#messages,
      malformed: this.#malformed,
      uuids: [...this.#uuids],
      syntaxes: [...this.#syntaxes].sort(),
      scopes: scopes.flatMap((scope) => {
        const scores = this.#scopes.get(scope);
        return scores === undefined ? [] : [reportScope(scope, scores, pictures)];
      }),
      unknownNames: [...this.#unknownNames].sort(),
    };
  }

  /** Takes note of what a message is, also where it cannot be read. */
  #note(payload: Uint8Array): void {
    const { uuid, data } = parseUserDataUnregistered(payload);
    if (!matchesMqaUuid(uuid, this.#known)) return;
    this.#messages++;
    if (this.#uuids.size < MAX_UUIDS) this.#uuids.add(formatUuid(uuid));
    const first = data.find((byte) => byte > 0x20);
    this.#syntaxes.add(first === 0x7b ? "json" : "dictionary");
  }

  #take(scope: MqaScope, messages: readonly MqaMessage[]): void {
    if (messages.length === 0) return;
    const scores = this.#scopes.get(scope) ?? { pictures: 0, metrics: new Map() };
    this.#scopes.set(scope, scores);
    scores.pictures++;
    for (const [name] of messages.flatMap((message) => message.unknown)) {
      if (this.#unknownNames.size < MAX_UNKNOWN_NAMES) this.#unknownNames.add(name);
    }
    // Of two values of one name the later counts.
    for (const [name, value] of new Map(messages.flatMap((message) => message.values))) {
      const values = scores.metrics.get(name) ?? { count: 0, sum: 0, min: value, max: value };
      scores.metrics.set(name, values);
      values.count++;
      values.sum += value;
      values.min = Math.min(values.min, value);
      values.max = Math.max(values.max, value);
    }
  }
}

function reportScope(scope: MqaScope, scores: ScopeScores, pictures: number): QualityScopeReport {
  return {
    scope,
    pictures: scores.pictures,
    metrics: mqaMetricNames.flatMap((name) => {
      const values = scores.metrics.get(name);
      if (values === undefined) return [];
      const { min, max, sum, count } = values;
      return [{ name, min, mean: roundTo(sum / count, 3), max, coverage: roundTo(count / pictures, 4) }];
    }),
  };
}
