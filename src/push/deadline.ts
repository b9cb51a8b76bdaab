import type { Milliseconds } from "../time/units.ts";

/** What must not take longer than a time that can begin anew. */
export class Deadline {
  readonly #time: Milliseconds;
  readonly #passed: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(time: Milliseconds, passed: () => void) {
    this.#time = time;
    this.#passed = passed;
  }

  /** From now on; also where it ran already. */
  start(): void {
    if (this.#timer === undefined) this.#timer = setTimeout(this.#passed, this.#time);
    else this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
