import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { Milliseconds } from "../time/units.ts";
import { type InputReading, inputMetrics, type ProblemReading, problemMetrics } from "./input-metrics.ts";
import type { MetricFamily } from "./metric-family.ts";
import { type PushReading, pushMetrics } from "./push-metrics.ts";
import type { ResponseTally } from "./response-tally.ts";
import { type ConfigurationReading, responseMetrics, serviceMetrics } from "./service-metrics.ts";
import { type TrackReading, trackMetrics } from "./track-metrics.ts";

/** What a channel tells at a scrape. */
export type ChannelReading = {
  readonly tracks: readonly TrackReading[];
  readonly inputs: readonly InputReading[];
  readonly problems: readonly ProblemReading[];
  readonly pushes: readonly PushReading[];
};

/** A channel as the metrics see it. */
export interface MeteredChannel {
  reading(now: Milliseconds): ChannelReading;
}

/** What the metrics are read from. */
export type MetricsOptions = {
  /** Those that run at the time of a scrape. */
  readonly channels: Iterable<MeteredChannel>;
  readonly responses: ResponseTally;
  readonly threshold: number;
  /** Requests that are held now. */
  readonly held: () => number;
  readonly configuration: () => ConfigurationReading;
  readonly clock: () => Milliseconds;
};

/** Names that promtool refuses, and that say no more than `nodejs_active_resources` does. */
const WITHOUT = ["nodejs_active_handles_total", "nodejs_active_requests_total", "nodejs_active_resources_total"];

/** The metrics of one packager, as Prometheus scrapes them. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #options: MetricsOptions;
  #channels: readonly ChannelReading[] = [];
  #text: Promise<string> | undefined;

  constructor(options: MetricsOptions) {
    this.#options = options;
    collectDefaultMetrics({ register: this.#registry });
    for (const name of WITHOUT) this.#registry.removeSingleMetric(name);
    this.#add(trackMetrics, ["channel", "track"], () =>
      this.#channels.flatMap(({ tracks }) =>
        tracks.map((track) => ({ reading: track, labels: { channel: track.channel, track: track.totals.track.id } })),
      ),
    );
    const byInput = <Reading extends { readonly channel: string; readonly input: string }>(reading: Reading) => ({
      reading,
      labels: { channel: reading.channel, input: reading.input },
    });
    this.#add(inputMetrics, ["channel", "input"], () => this.#channels.flatMap(({ inputs }) => inputs.map(byInput)));
    this.#add(problemMetrics, ["channel", "input"], () =>
      this.#channels.flatMap(({ problems }) => problems.map(byInput)),
    );
    this.#add(pushMetrics, ["channel", "target"], () =>
      this.#channels.flatMap(({ pushes }) =>
        pushes.map((push) => ({ reading: push, labels: { channel: push.channel, target: push.target } })),
      ),
    );
    this.#add(responseMetrics, ["kind", "status"], () =>
      options.responses
        .counts()
        .map((reading) => ({ reading, labels: { kind: reading.kind, status: reading.status } })),
    );
    this.#add(serviceMetrics, [], () => {
      const { threshold, held, configuration } = options;
      return [{ reading: { threshold, held: held(), configuration: configuration() }, labels: {} }];
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics as they are now, in the text format of Prometheus. Who asks while it is made gets the same text. */
  render(): Promise<string> {
    this.#text ??= this.#render().finally(() => {
      this.#text = undefined;
    });
    return this.#text;
  }

  async #render(): Promise<string> {
    const now = this.#options.clock();
    this.#channels = Array.from(this.#options.channels, (channel) => channel.reading(now));
    return this.#registry.metrics();
  }

  /** @param labels - Names of those that `readings` gives. */
  #add<Reading>(
    families: readonly MetricFamily<Reading>[],
    labels: readonly string[],
    readings: () => readonly { readonly reading: Reading; readonly labels: Readonly<Record<string, string>> }[],
  ): void {
    for (const family of families) {
      const { name, help, read } = family;
      const settings = { name, help, labelNames: [...labels, ...(family.labels ?? [])], registers: [this.#registry] };
      const refill = (metric: Counter | Gauge): void => {
        metric.reset();
        for (const { reading, labels } of readings()) {
          for (const sample of read(reading)) metric.inc({ ...labels, ...sample.labels }, sample.value);
        }
      };
      if (family.type === "counter") {
        const counter: Counter = new Counter({ ...settings, collect: () => refill(counter) });
      } else {
        const gauge: Gauge = new Gauge({ ...settings, collect: () => refill(gauge) });
      }
    }
  }
}
