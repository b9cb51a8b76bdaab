import type { Milliseconds } from "../time/units.ts";
import type { InputSink, InputState, InputStatistics } from "./input.ts";

/** How often silence is looked for. */
const CHECK_INTERVAL: Milliseconds = 500 as Milliseconds;

/** 2 s: longer than any pause of a live encoder, shorter than an operator's patience. */
const SILENT_CHECKS = 4;

/**
 * The state and the counts of one input, and its only way to the sink.
 *
 * An input is receiving from its first byte until it is lost: by a reason it was told, or by silence. It then stays
 * lost, whatever is tried, until data comes. Silence is counted in checks without data rather than in time, so that
 * neither a leap of the host's clock nor a pause of this process looks like one.
 */
export class InputMonitor {
  #sink: InputSink | undefined;
  #timer: NodeJS.Timeout | undefined;
  #state: InputState = { state: "connecting" };
  #bytes = 0;
  #datagrams = 0;
  #lastDataAt: Milliseconds | undefined;
  #restarts = 0;
  #silentChecks = 0;

  /** @param watchesSilence - Whether no data for 2 s means lost; not so where a pause is the sender's right. */
  open(sink: InputSink, watchesSilence: boolean): void {
    this.#sink = sink;
    sink.state(this.#state);
    if (watchesSilence) this.#timer = setInterval(() => this.#checkSilence(), CHECK_INTERVAL).unref();
  }

  /** Cuts the sink off. */
  close(): void {
    this.#sink = undefined;
    clearInterval(this.#timer);
  }

  data(bytes: Uint8Array): void {
    if (this.#sink === undefined) return;
    this.#datagrams++;
    if (bytes.length === 0) return;
    const now = Date.now() as Milliseconds;
    this.#bytes += bytes.length;
    this.#lastDataAt = now;
    this.#silentChecks = 0;
    if (this.#state.state !== "receiving") this.#enter({ state: "receiving" });
    this.#sink?.data(bytes, now);
  }

  /** @param reason - A clause for operators, printable and free of secrets. */
  lost(reason: string): void {
    if (this.#state.state === "lost" && this.#state.reason === reason) return;
    this.#enter({ state: "lost", reason, problem: { code: "input-lost", count: 1, detail: reason } });
  }

  /** Counts that the input was opened again. */
  restarted(): void {
    this.#restarts++;
  }

  note(text: string): void {
    this.#sink?.note(text);
  }

  ended(): void {
    this.#sink?.ended();
  }

  get statistics(): InputStatistics {
    return {
      state: this.#state.state,
      bytes: this.#bytes,
      datagrams: this.#datagrams,
      ...(this.#lastDataAt !== undefined && { lastDataAt: this.#lastDataAt }),
      restarts: this.#restarts,
    };
  }

  #checkSilence(): void {
    if (this.#state.state === "receiving" && ++this.#silentChecks > SILENT_CHECKS) this.lost("no data for 2 s");
  }

  #enter(state: InputState): void {
    this.#state = state;
    this.#sink?.state(state);
  }
}
