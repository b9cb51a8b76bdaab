import type { Problem } from "../problem/problem.ts";
import type { Milliseconds } from "../time/units.ts";
import type { SrtStatistics } from "./srt-statistics.ts";

/**
 * One byte stream coming in: it opens, and opens again what breaks, until it is stopped.
 *
 * What goes wrong on the way is a state, never an exception.
 */
export interface Input {
  /** To be called once. States may be told before it returns, data never. */
  start(sink: InputSink): void;
  /** Closes everything; nothing reaches the sink any more. May be called at any time and more than once. */
  stop(): Promise<void>;
  readonly statistics: InputStatistics;
}

/** Who takes the bytes. */
export interface InputSink {
  /**
   * The next bytes, never none: one datagram, or any piece of a stream. They hold during the call only.
   *
   * @param receivedAt - By the host's clock.
   */
  data(bytes: Uint8Array, receivedAt: Milliseconds): void;
  /** A file or standard input is at its end; a network input never is. */
  ended(): void;
  /** The state is another one, or is lost for another reason. */
  state(event: InputState): void;
  /** One line for the operator's log: short, printable and free of secrets. */
  note(text: string): void;
}

/** What an input is doing. */
export type InputState =
  /** Opened; no data so far. */
  | { readonly state: "connecting" }
  | { readonly state: "receiving" }
  /** Data stopped or cannot come; being opened again, where that can help. */
  | { readonly state: "lost"; readonly reason: string; readonly problem: Problem };

/** Counts since start. */
export type InputStatistics = {
  readonly state: InputState["state"];
  readonly bytes: number;
  /** Datagrams, or pieces of a stream. */
  readonly datagrams: number;
  /** By the host's clock; absent while nothing came. */
  readonly lastDataAt?: Milliseconds;
  /** How often it was opened again. */
  readonly restarts: number;
  /** Sequence numbers that never came, or came late; absent where the input is not RTP. */
  readonly rtpLost?: number;
  /** Absent where the input is not SRT, and before the first report. */
  readonly srt?: SrtStatistics;
};
