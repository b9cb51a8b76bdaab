import type { Ticks } from "../time/units.ts";
import { concatBytes } from "./concat-bytes.ts";
import type { LiveSource } from "./live-source.ts";
import type { Output } from "./output.ts";

/** A source and the outputs that its stream goes to. */
export class Feed {
  readonly #source: LiveSource;
  readonly #outputs: readonly Output[];

  constructor(source: LiveSource, outputs: readonly Output[]) {
    this.#source = source;
    this.#outputs = outputs;
  }

  /** Sends what is due at `time`. */
  advance(time: Ticks): void {
    this.#send(concatBytes(this.#source.advance(time).map(({ packets }) => packets)));
  }

  /** Leaves out what lies between, and goes on at `time`. */
  skipTo(time: Ticks): void {
    this.#source.skipTo(time);
  }

  /** Sends the rest of what was begun. */
  finish(): void {
    this.#send(this.#source.finish());
  }

  /** Settles when all outputs have passed on what they were given. */
  async passedOn(): Promise<void> {
    await Promise.all(this.#outputs.map((output) => output.passedOn()));
  }

  #send(packets: Uint8Array): void {
    if (packets.length === 0) return;
    for (const output of this.#outputs) output.write(packets);
  }
}
