import {
  MAX_EAC3_SYNCFRAME_BYTES,
  parseSyncframe,
  SAMPLES_PER_BLOCK,
  SYNCFRAME_HEADER_BYTES,
} from "../ac3/syncframe.ts";
import { problemEvent } from "../problem/problem.ts";
import type { Ticks } from "../time/units.ts";
import type { DemuxEvent } from "./access-unit.ts";
import { AudioConfigurationCache } from "./audio-configuration-cache.ts";
import type { AudioFrameFormat, FrameHead } from "./audio-frame-format.ts";
import { buildEac3Configuration, eac3ConfigurationKey } from "./eac3-configuration.ts";
import { type Eac3Substream, leadsSubstreams, readEac3Substream } from "./eac3-substream.ts";

/** What an access unit holds of each substream. */
const BLOCKS_PER_ACCESS_UNIT = 6;

/**
 * E-AC-3: an access unit is six blocks of independent substream 0 and of every substream that plays along with it.
 *
 * One syncframe of each substream, starting with independent substream 0, is a round; an access unit takes as many
 * rounds as make six blocks. Nothing in a round says where it ends: the first is over when the next begins, and the
 * ones after it are taken to be as long, so that they need not wait. If one turns out longer, what came too late is
 * lost and the length is learned anew.
 */
export class Eac3Format implements AudioFrameFormat {
  readonly syncByte = 0x0b;
  readonly headBytes: number = SYNCFRAME_HEADER_BYTES;
  readonly maxFrameBytes: number = MAX_EAC3_SYNCFRAME_BYTES;
  readonly #pid: number;
  readonly #configurations: AudioConfigurationCache = new AudioConfigurationCache();
  /** Syncframes of the access unit that is being put together. */
  #parts: Eac3Substream[] = [];
  /** Index of the round's first syncframe among them. */
  #roundStart = 0;
  #blocks = 0;
  #pts: Ticks | undefined;
  /** Syncframes of a round; absent until one has been seen whole. */
  #roundLength: number | undefined;
  /** Substreams may come before independent substream 0. */
  #joining = true;
  /** Access units are known to start where convsync says. */
  #aligned = false;

  constructor(pid: number) {
    this.#pid = pid;
  }

  parseHead(bytes: Uint8Array): FrameHead | undefined {
    const syncframe = parseSyncframe(bytes);
    if (syncframe === undefined) return undefined;
    const samples = leadsSubstreams(syncframe) ? syncframe.numblks * SAMPLES_PER_BLOCK : 0;
    return { size: syncframe.size, samples, sampleRate: syncframe.sampleRate, signature: syncframe.sampleRate };
  }

  take(bytes: Uint8Array, pts: Ticks | undefined): readonly DemuxEvent[] {
    const part = readEac3Substream(bytes);
    return leadsSubstreams(part.syncframe) ? this.#startRound(part, pts) : this.#continueRound(part);
  }

  interrupt(): readonly DemuxEvent[] {
    this.#joining = true;
    this.#aligned = false;
    return this.#discard();
  }

  flush(): readonly DemuxEvent[] {
    const isWhole = this.#blocks === BLOCKS_PER_ACCESS_UNIT && this.#roundLength === undefined;
    return [...(isWhole ? this.#emit() : []), ...this.interrupt()];
  }

  #startRound(part: Eac3Substream, pts: Ticks | undefined): readonly DemuxEvent[] {
    const events: DemuxEvent[] = [];
    if (this.#parts.length > 0) this.#roundLength = this.#parts.length - this.#roundStart;
    if (this.#blocks === BLOCKS_PER_ACCESS_UNIT) events.push(...this.#emit());
    else if (!this.#fits(part)) events.push(...this.#discard());
    this.#joining = false;
    if (part.metadata.convsync) this.#aligned = true;
    if (this.#parts.length === 0) this.#pts = pts;
    this.#roundStart = this.#parts.length;
    this.#blocks += part.syncframe.numblks;
    this.#parts.push(part);
    return [...events, ...this.#emitIfWhole()];
  }

  #continueRound(part: Eac3Substream): readonly DemuxEvent[] {
    if (this.#joining) return part.isDependent ? [] : [this.#leaderless(part)];
    const last = this.#parts.at(-1);
    if (last !== undefined && this.#follows(part, last)) {
      this.#parts.push(part);
      return this.#emitIfWhole();
    }
    this.#roundLength = undefined;
    this.#joining = true;
    return this.#parts.length > 0 ? this.#discard() : [this.#damage("a substream came after its access unit")];
  }

  /** Whether a round that starts with this syncframe goes on with the access unit. */
  #fits({ syncframe, metadata }: Eac3Substream): boolean {
    const first = this.#parts[0]?.syncframe;
    if (first === undefined) return true;
    if (metadata.convsync && !this.#aligned) return false;
    if (this.#blocks + syncframe.numblks > BLOCKS_PER_ACCESS_UNIT) return false;
    return (
      first.sampleRate === syncframe.sampleRate && first.acmod === syncframe.acmod && first.lfeon === syncframe.lfeon
    );
  }

  /** Substreams are numbered without holes: dependent ones from 0 after each independent one. */
  #follows(part: Eac3Substream, last: Eac3Substream): boolean {
    if (part.isDependent) return part.id === (last.isDependent ? last.id + 1 : 0);
    return part.id === this.#parts.findLast((other) => !other.isDependent)!.id + 1;
  }

  #emitIfWhole(): readonly DemuxEvent[] {
    const isWhole =
      this.#blocks === BLOCKS_PER_ACCESS_UNIT && this.#parts.length - this.#roundStart === this.#roundLength;
    return isWhole ? this.#emit() : [];
  }

  #emit(): readonly DemuxEvent[] {
    const parts = this.#parts;
    const pts = this.#pts;
    this.#clear();
    if (pts === undefined) return [];
    const data = join(parts.map(({ bytes }) => bytes));
    const secondRound = parts.findIndex((part, index) => index > 0 && leadsSubstreams(part.syncframe));
    const round = secondRound < 0 ? parts : parts.slice(0, secondRound);
    const key = eac3ConfigurationKey(round);
    const configuration = this.#configurations.get(key, () => buildEac3Configuration(round, data.length));
    return [{ kind: "access-unit", unit: { kind: "audio", pid: this.#pid, pts, data, configuration } }];
  }

  #discard(): readonly DemuxEvent[] {
    const wasEmpty = this.#parts.length === 0;
    this.#clear();
    return wasEmpty ? [] : [this.#damage("an access unit lost some of its substreams or blocks")];
  }

  #clear(): void {
    this.#parts = [];
    this.#roundStart = 0;
    this.#blocks = 0;
  }

  #leaderless({ id }: Eac3Substream): DemuxEvent {
    const detail = `independent substream ${id} without substream 0`;
    return problemEvent("audio-unsupported", { pid: this.#pid, detail });
  }

  #damage(detail: string): DemuxEvent {
    return problemEvent("access-unit-damaged", { pid: this.#pid, detail });
  }
}

/** One view where the pieces lie one after the other in memory, else a copy. */
function join(pieces: readonly Uint8Array[]): Uint8Array {
  const first = pieces[0]!;
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  let end = first.byteOffset;
  const isOneRun = pieces.every((piece) => {
    const continues = piece.buffer === first.buffer && piece.byteOffset === end;
    end += piece.length;
    return continues;
  });
  if (isOneRun) return new Uint8Array(first.buffer, first.byteOffset, length);
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const piece of pieces) {
    joined.set(piece, offset);
    offset += piece.length;
  }
  return joined;
}
