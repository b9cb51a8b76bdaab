import type { RunConfig } from "../config/run-config.ts";
import type { Logger } from "../observe/log.ts";
import { ConfigError } from "../problem/config-error.ts";
import type { Milliseconds } from "../time/units.ts";
import type { LiveChannels } from "./live-channels.ts";

/** What stays as it is until the process starts anew, by its name in the configuration. */
function fixedOptions({ listen, log, quality, publish, signals }: RunConfig): Readonly<Record<string, unknown>> {
  const { identifier, ...published } = publish;
  return { listen, identifier, log, quality: { quality, published, signals: { ...signals, publish: undefined } } };
}

/** Puts another configuration into force while the process runs: its channels, as all else is of the whole process. */
export class Reloader {
  readonly #config: RunConfig;
  readonly #channels: LiveChannels;
  readonly #log: Logger;
  readonly #clock: () => Milliseconds;
  #isCurrent = true;
  #loadedAt: Milliseconds;
  #isAsked = false;
  #isClosed = false;
  #running: Promise<void> | undefined;

  constructor(config: RunConfig, channels: LiveChannels, log: Logger, clock: () => Milliseconds) {
    this.#config = config;
    this.#channels = channels;
    this.#log = log;
    this.#clock = clock;
    this.#loadedAt = clock();
  }

  /** Whether the configuration that was last to be loaded is in force, and since when the one that is. */
  get status(): { readonly isCurrent: boolean; readonly loadedAt: Milliseconds } {
    return { isCurrent: this.#isCurrent, loadedAt: this.#loadedAt };
  }

  /**
   * Loads the configuration and makes the channels those that it has. One with mistakes changes nothing. Asked while it is
   * at work, it begins once more afterwards.
   */
  reload(load: () => Promise<RunConfig>): Promise<void> {
    this.#isAsked = true;
    this.#running ??= this.#work(load).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Waits for what is at work, and does nothing more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  async #work(load: () => Promise<RunConfig>): Promise<void> {
    while (this.#isAsked && !this.#isClosed) {
      this.#isAsked = false;
      try {
        await this.#once(load);
      } catch (error) {
        // A fault of this program: channels that it did not come to go on.
        this.#isCurrent = false;
        this.#log.error(error, "a reload failed");
      }
    }
  }

  async #once(load: () => Promise<RunConfig>): Promise<void> {
    let next: RunConfig;
    try {
      next = await load();
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#isCurrent = false;
      const mistakes = error.message.split("\n");
      this.#log.error({ mistakes }, "the configuration has mistakes: everything goes on as before");
      return;
    }
    const changes = await this.#channels.reload(next.channels);
    this.#isCurrent = changes.failed.length === 0;
    if (this.#isCurrent) this.#loadedAt = this.#clock();
    this.#log.info(changes, "configuration loaded");
    const fixed = Object.entries(fixedOptions(this.#config));
    const others = fixedOptions(next);
    const options = fixed.filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(others[name]));
    if (options.length > 0)
      this.#log.warn({ options: options.map(([name]) => name) }, "what changed here needs a restart of the process");
  }
}
