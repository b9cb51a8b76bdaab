import type { TransportError } from "../demux/transport-error.ts";

const NOTHING: readonly TransportError[] = [];

/** Sums up what the transport did to the units of one segment, by kind and PID. */
export class TransportTally {
  #errors: Map<string, TransportError> | undefined;

  add(errors: readonly TransportError[]): void {
    this.#errors ??= new Map();
    for (const error of errors) {
      const key = `${error.code} ${error.pid ?? -1}`;
      const before = this.#errors.get(key);
      this.#errors.set(key, before === undefined ? error : sum(before, error));
    }
  }

  /** By code, then PID, so that their order does not depend on which came first. */
  errors(): readonly TransportError[] {
    if (this.#errors === undefined) return NOTHING;
    return [...this.#errors.values()].sort((a, b) => compare(a.code, b.code) || (a.pid ?? -1) - (b.pid ?? -1));
  }
}

function sum(a: TransportError, b: TransportError): TransportError {
  const packets = (a.packets ?? 0) + (b.packets ?? 0);
  return { ...a, events: a.events + b.events, ...(packets > 0 && { packets }) };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
