import type { SeiMessage } from "../sei/message.ts";
import { type MqaScope, writeMqa } from "../sei/mqa.ts";
import { writeMqaJson } from "../sei/mqa-json.ts";
import { type MqaMetricName, mqaRanges } from "../sei/mqa-metric.ts";
import { OWN_MQA_UUID } from "../sei/mqa-uuid.ts";
import { payloadTypes } from "../sei/payload-types.ts";
import { parseUuid } from "../sei/user-data-unregistered.ts";
import { entryPictureFrom } from "./entry-picture.ts";
import type { SampleVideo } from "./sample-video.ts";
import type { ScoreFaults } from "./score-faults.ts";
import { type Scores, simulatedScores } from "./simulated-scores.ts";

/** The syntaxes that scores can be written in. */
export const scoreSyntaxes = ["dictionary", "json"] as const;

/** Which scores are sent, and how. */
export type ScoreOptions = {
  /** Absent: those that `simulatedScores` names. */
  readonly metrics?: readonly MqaMetricName[];
  /** Absent: each picture has its own; else the first picture of a GOP has those of all of it. */
  readonly scope?: MqaScope;
  /** Absent: a dictionary. */
  readonly syntax?: (typeof scoreSyntaxes)[number];
};

const mqaUuid: Uint8Array = parseUuid(OWN_MQA_UUID);

/** The score messages of one rendition. */
export class ScoreMessages {
  readonly #options: ScoreOptions;
  readonly #video: SampleVideo;
  readonly #rendition: number;
  readonly #faults: ScoreFaults;

  /** @param rendition - 1 for the first. */
  constructor(options: ScoreOptions, video: SampleVideo, rendition: number, faults: ScoreFaults) {
    this.#options = options;
    this.#video = video;
    this.#rendition = rendition;
    this.#faults = faults;
  }

  /**
   * The message of a picture; undefined: it has none.
   *
   * @param picture - Pictures since the epoch, in order of presentation.
   * @param randomAccess - It begins a GOP.
   */
  of(picture: number, randomAccess: boolean): SeiMessage | undefined {
    const { scope = "frame", syntax = "dictionary" } = this.#options;
    if (scope !== "frame" && !randomAccess) return undefined;
    const scores = scope === "frame" ? this.#scores(picture) : this.#scoresOfGop(picture);
    const write = syntax === "json" ? writeMqaJson : writeMqa;
    return { payloadType: payloadTypes.userDataUnregistered, payload: write(mqaUuid, scope, scores) };
  }

  #scores(picture: number): Scores {
    const { num, den } = this.#video.span.rate;
    return simulatedScores(picture, num / den, this.#rendition - 1, this.#faults.at(picture), this.#options.metrics);
  }

  /** GOPs are closed: their pictures are those up to the next entry in either order. */
  #scoresOfGop(first: number): Scores {
    const end = entryPictureFrom(first + 1, this.#video.pictures);
    return pooled(Array.from({ length: end - first }, (_, i) => this.#scores(first + i)));
  }
}

/** The mean of each metric over the pictures that have it; of counts the sum. Three decimals, as the dictionary has. */
function pooled(all: readonly Scores[]): Scores {
  const names = new Set(all.flatMap((scores) => [...scores.keys()]));
  return new Map(
    Array.from(names, (name) => {
      const values = all.flatMap((scores) => scores.get(name) ?? []);
      const sum = values.reduce((total, value) => total + value, 0);
      return [name, mqaRanges[name].whole ? sum : Math.round((1000 * sum) / values.length) / 1000] as const;
    }),
  );
}
