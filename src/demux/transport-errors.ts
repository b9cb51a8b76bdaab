import type { ProblemCode } from "../problem/problems.ts";
import type { TransportError } from "./transport-error.ts";

/** Kinds and PIDs that are counted apart; a programme of 64 streams in which everything goes wrong has as many. */
const MAX_TOTALS = 1024;

const NOTHING: readonly TransportError[] = [];

/** Adds an error to a list that has one entry for each kind and PID. */
export function addTransportError(list: readonly TransportError[], error: TransportError): readonly TransportError[] {
  const at = list.findIndex(({ code, pid }) => code === error.code && pid === error.pid);
  if (at < 0) return [...list, error];
  const before = list[at]!;
  const packets = (before.packets ?? 0) + (error.packets ?? 0);
  return list.with(at, { ...before, events: before.events + error.events, ...(packets > 0 && { packets }) });
}

/** What the transport did so far: what each stream's next unit is to tell, and all of it since the start. */
export class TransportErrors {
  readonly #pending = new Map<number, readonly TransportError[]>();
  readonly #totals = new Map<string, TransportError>();

  /** Something is to be told; false nearly always, and asked of every packet. */
  hasPending = false;

  /** One entry for each kind and PID. */
  get totals(): readonly TransportError[] {
    return [...this.#totals.values()];
  }

  /** @param streams - PIDs whose next units are to tell of it. */
  add(code: ProblemCode, pid: number | undefined, packets: number | undefined, streams: Iterable<number>): void {
    const error = { code, events: 1, ...(pid !== undefined && { pid }), ...(packets !== undefined && { packets }) };
    const key = `${code} ${pid ?? -1}`;
    const before = this.#totals.get(key);
    if (before !== undefined || this.#totals.size < MAX_TOTALS) {
      this.#totals.set(key, addTransportError(before === undefined ? [] : [before], error)[0]!);
    }
    for (const stream of streams) {
      this.#pending.set(stream, addTransportError(this.#pending.get(stream) ?? NOTHING, error));
      this.hasPending = true;
    }
  }

  /** What the next unit of a stream tells, once. */
  take(stream: number): readonly TransportError[] | undefined {
    const errors = this.#pending.get(stream);
    if (errors === undefined) return undefined;
    this.#pending.delete(stream);
    this.hasPending = this.#pending.size > 0;
    return errors;
  }
}
