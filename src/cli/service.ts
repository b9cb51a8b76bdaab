import { once } from "node:events";
import { HttpServer } from "../http/http-server.ts";
import type { Logger } from "../observe/log.ts";
import { Metrics } from "../observe/metrics.ts";
import { ResponseTally } from "../observe/response-tally.ts";
import { ConfigError } from "../problem/config-error.ts";
import { createApp } from "../server/create-app.ts";
import { Waiters } from "../server/waiters.ts";
import type { Milliseconds } from "../time/units.ts";
import { LiveChannel } from "./live-channel.ts";
import type { RunConfig } from "./run-config.ts";

/** Longer than the slowest player takes for a segment; shorter than the 10 s after which containers are killed. */
const CLOSE_GRACE_MS = 8000;

/**
 * Runs live channels and serves them until the signal, then closes in order: inputs first, so that nothing new is
 * published, then the server, which finishes the responses under way.
 *
 * @param onListening - Told the port once clients can connect.
 * @throws ConfigError - before anything starts.
 */
export async function runService(
  config: RunConfig,
  log: Logger,
  signal: AbortSignal,
  onListening?: (port: number) => void,
): Promise<void> {
  const channels = config.channels.map((options) => new LiveChannel(options, config, log));
  const clock = (): Milliseconds => Date.now() as Milliseconds;
  const { threshold } = config.quality;
  const responses = new ResponseTally();
  const closing = new AbortController();
  const waiters = new Waiters(clock, closing.signal);
  const app = createApp({
    channels: new Map(channels.map((channel) => [channel.name, channel])),
    clock,
    publish: config.publish,
    signals: config.signals,
    waiters,
    threshold,
    metrics: new Metrics({ channels, responses, threshold, held: () => waiters.count, clock }),
    closing: closing.signal,
    onResponse: (kind, status) => responses.add(kind, status),
    onError: (error) => log.error(error, "a request failed"),
  });
  const server = new HttpServer(app);
  const { host, port } = config.listen;
  const address = await server.listen(port, host).catch((error: Error) => {
    throw new ConfigError("listen", `${host}:${port}`, `it must be an address that is free (${error.message})`);
  });
  log.info({ host: address.address, port: address.port, channels: channels.map(({ name }) => name) }, "serving");
  for (const channel of channels) channel.start();
  onListening?.(address.port);
  if (!signal.aborted) await once(signal, "abort");
  log.info("closing");
  await Promise.all(channels.map((channel) => channel.stop()));
  closing.abort();
  await server.close(CLOSE_GRACE_MS);
  log.info("closed");
}
