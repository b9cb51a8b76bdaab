import type { WriteStream } from "node:tty";

/** How often the line is drawn anew. */
const INTERVAL_MS = 100;

/** How far a job has come. */
export type ProgressState = {
  readonly bytes: number;
  /** Of all inputs together; absent where one is a pipe. */
  readonly totalBytes?: number;
  readonly segments: number;
};

/** One line on a terminal that tells how far a job has come; nothing where the output is no terminal. */
export class Progress {
  readonly #stream: Pick<WriteStream, "write" | "isTTY">;
  readonly #started = performance.now();
  #drawn = Number.NEGATIVE_INFINITY;
  #last: ProgressState | undefined;

  constructor(stream: Pick<WriteStream, "write" | "isTTY">) {
    this.#stream = stream;
  }

  show(state: ProgressState): void {
    this.#last = state;
    const now = performance.now();
    if (!this.#stream.isTTY || now - this.#drawn < INTERVAL_MS) return;
    this.#drawn = now;
    this.#draw(state);
  }

  /** Leaves the last state standing. */
  end(): void {
    if (!this.#stream.isTTY || this.#last === undefined) return;
    this.#draw(this.#last);
    this.#stream.write("\n");
  }

  #draw({ bytes, totalBytes, segments }: ProgressState): void {
    const megabytes = bytes / 1e6;
    const seconds = (performance.now() - this.#started) / 1000;
    const share = totalBytes === undefined || totalBytes === 0 ? "" : `${Math.floor((bytes / totalBytes) * 100)} %  `;
    const rate = seconds > 0 ? Math.round(megabytes / seconds) : 0;
    this.#stream.write(`\r${share}${megabytes.toFixed(1)} MB  ${segments} segments  ${rate} MB/s   `);
  }
}
