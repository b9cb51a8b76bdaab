import { PCR_UNITS_PER_SECOND } from "../mpegts/clock.ts";
import { Cadence } from "./cadence.ts";

/** Indicators 1.3, 1.5: PAT and PMT at least every 0.5 s; 1.6: data of each stream every 5 s; 2.5: PTS every 0.7 s. @spec TR 101 290 5.2 */
const LIMITS: Readonly<Record<"pat-interval" | "pmt-interval" | "pid-missing" | "pts-repetition", number>> = {
  "pat-interval": 0.5 * PCR_UNITS_PER_SECOND,
  "pmt-interval": 0.5 * PCR_UNITS_PER_SECOND,
  "pid-missing": 5 * PCR_UNITS_PER_SECOND,
  "pts-repetition": 0.7 * PCR_UNITS_PER_SECOND,
};

/** What must come again and again. */
export type IntervalCode = keyof typeof LIMITS;

/** An interval that is too long. */
export type IntervalFault = { readonly code: IntervalCode; readonly pid: number };

type Awaited = {
  readonly code: IntervalCode;
  readonly pid: number;
  readonly cadence: Cadence;
  came: boolean;
  /** It did not come where it could have. */
  missed: boolean;
};

/**
 * Watches tables, streams and PTS by the clock of the PCRs: between two of them, what has come counts as come at the second.
 *
 * Lateness is one event, however long it lasts; and what is late because packets of its PID are known to be lost is not told a second time.
 */
export class IntervalMonitor {
  readonly #awaited: Awaited[] = [];

  /** Begins to watch, if it does not yet. */
  watch(code: IntervalCode, pid: number): void {
    if (this.#find(code, pid) === undefined) {
      this.#awaited.push({ code, pid, cadence: new Cadence(LIMITS[code]), came: false, missed: false });
    }
  }

  /** No longer watches anything of a PID. */
  forget(pid: number): void {
    for (let i = this.#awaited.length - 1; i >= 0; i--) if (this.#awaited[i]!.pid === pid) this.#awaited.splice(i, 1);
  }

  came(code: IntervalCode, pid: number): void {
    const awaited = this.#find(code, pid);
    if (awaited !== undefined) awaited.came = true;
  }

  /** A PES packet of a PID has begun, with a PTS or without: where none begins, it is not the PTS that is missing. */
  pesBegins(pid: number, hasPts: boolean): void {
    const awaited = this.#find("pts-repetition", pid);
    if (awaited === undefined) return;
    if (hasPts) awaited.came = true;
    else awaited.missed = true;
  }

  /** Whether something of a PID is late: packets that are then found missing are why. */
  isLate(pid: number): boolean {
    return this.#awaited.some((awaited) => awaited.pid === pid && awaited.cadence.isLate);
  }

  /** Packets of a PID are lost. */
  lost(pid: number): void {
    for (const awaited of this.#awaited) if (awaited.pid === pid) awaited.cadence.restart();
  }

  /** Time has jumped. */
  restart(): void {
    for (const { cadence } of this.#awaited) cadence.restart();
  }

  /** @returns What has become too late. */
  tick(time: number): readonly IntervalFault[] {
    const faults: IntervalFault[] = [];
    for (const awaited of this.#awaited) {
      const { code, pid, cadence, came } = awaited;
      const mayMiss = code !== "pts-repetition" || awaited.missed;
      if (came && !mayMiss) cadence.restart();
      if (came) awaited.missed = false;
      awaited.came = false;
      if (came ? cadence.comes(time) : mayMiss && cadence.waits(time)) faults.push({ code, pid });
    }
    return faults;
  }

  #find(code: IntervalCode, pid: number): Awaited | undefined {
    return this.#awaited.find((awaited) => awaited.code === code && awaited.pid === pid);
  }
}
