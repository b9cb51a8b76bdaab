import type { Milliseconds } from "../time/units.ts";
import { type MetricFamily, one } from "./metric-family.ts";

/** What the packager as a whole tells. */
export type ServiceReading = {
  readonly threshold: number;
  /** Requests that wait for what is not published yet. */
  readonly held: number;
  readonly configuration: ConfigurationReading;
};

/** Of the configuration that is in force. */
export type ConfigurationReading = {
  /** False: the last one that was to be loaded had mistakes. */
  readonly isCurrent: boolean;
  readonly loadedAt: Milliseconds;
};

/** Without further labels. */
export const serviceMetrics: readonly MetricFamily<ServiceReading>[] = [
  {
    name: "mqa_packager_score_threshold",
    type: "gauge",
    help: "The threshold below which segments are counted, 0 to 100.",
    read: ({ threshold }) => one(threshold),
  },
  {
    name: "mqa_packager_http_requests_held",
    type: "gauge",
    help: "Requests that are held until what they wait for is published, in low latency.",
    read: ({ held }) => one(held),
  },
  {
    name: "mqa_packager_config_last_reload_successful",
    type: "gauge",
    help: "1 where the configuration that was last to be loaded is in force, 0 where it had mistakes.",
    read: ({ configuration: { isCurrent } }) => one(isCurrent ? 1 : 0),
  },
  {
    name: "mqa_packager_config_last_reload_success_timestamp_seconds",
    type: "gauge",
    help: "When the configuration that is in force was loaded, by this machine's clock.",
    read: ({ configuration: { loadedAt } }) => one(loadedAt / 1000),
  },
];

/** Responses of one kind of object and class of status. */
export type ResponseReading = { readonly kind: string; readonly status: string; readonly count: number };

/** Labels `kind` and `status`. */
export const responseMetrics: readonly MetricFamily<ResponseReading>[] = [
  {
    name: "mqa_packager_http_responses_total",
    type: "counter",
    help: "HTTP responses by kind of object and class of status.",
    read: ({ count }) => one(count),
  },
];
