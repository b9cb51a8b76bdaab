import type { SeiMessage } from "../sei/message.ts";
import type { MqaUuid } from "../sei/mqa-uuid.ts";
import { seiName } from "./sei-name.ts";
import type { SeiReport } from "./video-report.ts";

/** Ten times what a busy encoder sends. More kinds than that is nonsense, and is counted as one. */
const MAX_KINDS = 64;

type SeiKind = Omit<SeiReport, "count">;

const OTHERS: SeiKind = { name: "others" };

/** Counts SEI messages by kind. */
export class SeiCensus {
  readonly #mqaUuids: readonly MqaUuid[];
  readonly #kinds = new Map<string, { readonly kind: SeiKind; count: number }>();

  /** @param mqaUuids - UUIDs that mark quality messages. */
  constructor(mqaUuids: readonly MqaUuid[]) {
    this.#mqaUuids = mqaUuids;
  }

  push(messages: readonly SeiMessage[]): void {
    for (const message of messages) {
      const { payloadType } = message;
      this.#count({ payloadType, name: seiName(message, this.#mqaUuids) });
    }
  }

  report(): readonly SeiReport[] {
    return [...this.#kinds.values()]
      .map(({ kind, count }) => ({ ...kind, count }))
      .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  }

  #count(kind: SeiKind): void {
    const known = this.#kinds.get(kind.name);
    if (known !== undefined) known.count++;
    else if (this.#kinds.size < MAX_KINDS - 1 || kind === OTHERS) this.#kinds.set(kind.name, { kind, count: 1 });
    else this.#count(OTHERS);
  }
}
