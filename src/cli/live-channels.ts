import type { ChannelOptions } from "../config/channel-section.ts";
import type { RunConfig } from "../config/run-config.ts";
import type { Logger } from "../observe/log.ts";
import { ConfigError } from "../problem/config-error.ts";
import { LiveChannel } from "./live-channel.ts";

/** What a reload did, by the names of channels. */
export type ChannelChanges = {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Those that cannot run as they are now configured: they go on as before, where they ran. */
  readonly failed: readonly string[];
};

type Running = { readonly channel: LiveChannel; readonly options: string };

/**
 * The channels of a process, in the order of the configuration. They share the process and nothing else: one is added,
 * changed and removed while the others run on.
 */
export class LiveChannels {
  readonly #quality: Pick<RunConfig, "quality" | "publish" | "signals">;
  readonly #log: Logger;
  #running: ReadonlyMap<string, Running>;
  readonly #byName = new Map<string, LiveChannel>();
  readonly #ended: (channel: LiveChannel) => void;
  /** Of channels that are gone, whose last segments are on their way to receivers. */
  readonly #draining = new Set<Promise<void>>();

  /**
   * @param ended - Told of each channel that has stopped while others go on.
   * @throws ConfigError - where a channel cannot work on this machine.
   */
  constructor(
    { channels, ...quality }: Pick<RunConfig, "channels" | "quality" | "publish" | "signals">,
    log: Logger,
    ended: (channel: LiveChannel) => void = () => {},
  ) {
    this.#ended = ended;
    this.#quality = quality;
    this.#log = log;
    this.#running = new Map(channels.map((options) => [options.name, this.#open(options)]));
    this.#show();
  }

  /** Those that run now, the same map at all times. */
  get byName(): ReadonlyMap<string, LiveChannel> {
    return this.#byName;
  }

  [Symbol.iterator](): Iterator<LiveChannel> {
    return this.#byName.values();
  }

  start(): void {
    for (const channel of this) channel.start();
  }

  async stop(): Promise<void> {
    await Promise.all(Array.from(this, (channel) => channel.stop().then(() => channel.drain())));
    await Promise.all(this.#draining);
  }

  /**
   * Makes the channels those of another configuration. A channel that is configured as before is not touched; one that
   * is changed ends and starts anew. What the old ones have not pushed yet is pushed beside the new.
   */
  async reload(channels: readonly ChannelOptions[]): Promise<ChannelChanges> {
    const before = this.#running;
    const failed: string[] = [];
    const next = new Map<string, Running>();
    for (const options of channels) {
      const old = before.get(options.name);
      const running = old?.options === fingerprint(options) ? old : this.#tryOpen(options, old !== undefined);
      if (running === undefined) failed.push(options.name);
      const kept = running ?? old;
      if (kept !== undefined) next.set(options.name, kept);
    }
    const gone = [...before].filter(([name, running]) => next.get(name) !== running);
    const come = [...next].filter(([name, running]) => before.get(name) !== running);
    for (const [name] of gone) if (!next.has(name)) this.#byName.delete(name);
    // First, as what starts may listen where they do.
    await Promise.all(
      gone.map(([name, { channel }]) => channel.stop().catch((error: unknown) => this.#failed(name, error))),
    );
    this.#running = next;
    this.#show();
    for (const [, { channel }] of come) channel.start();
    for (const [, { channel }] of gone) {
      this.#ended(channel);
      this.#drain(channel);
    }
    const names = (entries: readonly (readonly [string, Running])[]) => entries.map(([name]) => name);
    return {
      added: names(come).filter((name) => !before.has(name)),
      changed: names(come).filter((name) => before.has(name)),
      removed: names(gone).filter((name) => !next.has(name)),
      failed,
    };
  }

  /** @throws ConfigError - naming the channel. */
  #open(options: ChannelOptions): Running {
    try {
      return { channel: new LiveChannel(options, this.#quality, this.#log), options: fingerprint(options) };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      const named = error.mistakes.map((mistake) => ({
        ...mistake,
        option: `channel ${options.name}: ${mistake.option}`,
      }));
      throw new ConfigError(named);
    }
  }

  /** A fault of this program: others are not to suffer for it. */
  #failed(channel: string, error: unknown): void {
    this.#log.error({ channel, err: error }, "a channel did not stop as it should");
  }

  #drain(channel: LiveChannel): void {
    const draining = channel.drain().finally(() => this.#draining.delete(draining));
    this.#draining.add(draining);
  }

  #tryOpen(options: ChannelOptions, isAnew: boolean): Running | undefined {
    try {
      if (isAnew && options.inputs.some(({ kind }) => kind === "stdin"))
        throw new ConfigError("inputs", "-", "standard input cannot be read anew: that needs a restart of the process");
      return this.#open(options);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      this.#log.error({ channel: options.name }, `not started: ${error.message}`);
      return undefined;
    }
  }

  #show(): void {
    this.#byName.clear();
    for (const [name, { channel }] of this.#running) this.#byName.set(name, channel);
  }
}

/** Equal where nothing about the channel is different, secrets and certificates included. */
function fingerprint(options: ChannelOptions): string {
  // A wait without end is no number of JSON.
  return JSON.stringify(options, (_, value: unknown) => (value === Number.POSITIVE_INFINITY ? "Infinity" : value));
}
