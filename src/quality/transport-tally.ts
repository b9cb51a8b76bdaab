import type { TransportError } from "../demux/transport-error.ts";
import { addTransportError } from "../demux/transport-errors.ts";

/** Sums up what the transport did to the units of one segment, by kind and PID. */
export class TransportTally {
  #errors: readonly TransportError[] = [];

  add(errors: readonly TransportError[]): void {
    this.#errors = errors.reduce(addTransportError, this.#errors);
  }

  /** By code, then PID, so that their order does not depend on which came first. */
  errors(): readonly TransportError[] {
    return this.#errors.toSorted((a, b) => compare(a.code, b.code) || (a.pid ?? -1) - (b.pid ?? -1));
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
