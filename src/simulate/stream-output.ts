import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { ConfigError } from "../problem/config-error.ts";
import type { Output, Report } from "./output.ts";

/** More than two seconds of a sample's stream: who is further behind does not read any more. */
const MAX_WAITING_BYTES = 1 << 20;

/** How long the end waits for a reader that does not read. */
const CLOSE_MS = 1000;

/** Writes to a file or to standard output. */
export class StreamOutput implements Output {
  readonly #stream: Writable;
  readonly #name: string;
  readonly #report: Report;
  #error: Error | undefined;
  #dropping = false;
  /** Settles when what was written last has been passed on, or never will be. */
  #passedOn: Promise<void> = Promise.resolve();

  private constructor(stream: Writable, name: string, report: Report) {
    this.#stream = stream;
    this.#name = name;
    this.#report = report;
    stream.on("error", (error) => {
      this.#error = error;
    });
  }

  /** @throws ConfigError - when the file cannot be written. */
  static async openFile(url: string, path: string, report: Report): Promise<StreamOutput> {
    try {
      const file = await open(path, "w");
      return new StreamOutput(file.createWriteStream(), path, report);
    } catch (error) {
      if (!(error instanceof Error && "code" in error)) throw error;
      throw new ConfigError("--out", url, `it must be a file that can be written: ${error.message}`);
    }
  }

  static openStandardOutput(report: Report): StreamOutput {
    return new StreamOutput(createWriteStream("", { fd: 1, autoClose: false }), "standard output", report);
  }

  write(packets: Uint8Array): void {
    if (this.#error !== undefined) throw this.#error;
    const dropping = this.#stream.writableLength > MAX_WAITING_BYTES;
    if (dropping && !this.#dropping) this.#report(`${this.#name} does not take data fast enough; packets are dropped`);
    this.#dropping = dropping;
    if (dropping) return;
    this.#passedOn = new Promise((resolve) => {
      this.#stream.write(packets, (error) => {
        if (error) this.#error ??= error;
        resolve();
      });
    });
  }

  async passedOn(): Promise<void> {
    await this.#passedOn;
    if (this.#error !== undefined) throw this.#error;
  }

  async close(): Promise<void> {
    if (this.#error !== undefined) return;
    const ended = finished(this.#stream, { signal: AbortSignal.timeout(CLOSE_MS) });
    this.#stream.end();
    try {
      await ended;
    } catch (error) {
      this.#stream.destroy();
      this.#report(`${this.#name} is incomplete: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
