import type { Input, InputSink, InputStatistics } from "./input.ts";
import { InputMonitor } from "./input-monitor.ts";
import { readChunks } from "./read-chunks.ts";

/**
 * A file, a named pipe or standard input as a live input: read as fast as the sink takes it, then ended. It is not
 * opened again, and a pipe that pauses is not lost.
 */
export class FileInput implements Input {
  readonly #path: string;
  readonly #monitor = new InputMonitor();
  readonly #abort = new AbortController();
  #done: Promise<void> | undefined;

  /** @param path - As {@link readChunks} takes it: `-` is standard input. */
  constructor(path: string) {
    this.#path = path;
  }

  start(sink: InputSink): void {
    this.#monitor.open(sink, false);
    this.#done = this.#run();
  }

  async stop(): Promise<void> {
    this.#monitor.close();
    this.#abort.abort();
    await this.#done;
  }

  get statistics(): InputStatistics {
    return this.#monitor.statistics;
  }

  async #run(): Promise<void> {
    const chunks = readChunks(this.#path, this.#abort.signal);
    for (;;) {
      const chunk = await chunks.next().catch((error: unknown) => this.#failed(error));
      if (chunk === undefined || chunk.done === true) break;
      this.#monitor.data(chunk.value);
    }
    this.#monitor.ended();
  }

  #failed(error: unknown): undefined {
    if (!(error instanceof Error)) throw error;
    this.#monitor.lost(error.message);
  }
}
