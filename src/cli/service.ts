import { once } from "node:events";
import type { RunConfig } from "../config/run-config.ts";
import { HttpServer } from "../http/http-server.ts";
import type { Logger } from "../observe/log.ts";
import { Metrics } from "../observe/metrics.ts";
import { ResponseTally } from "../observe/response-tally.ts";
import { ConfigError } from "../problem/config-error.ts";
import { createApp } from "../server/create-app.ts";
import { Waiters } from "../server/waiters.ts";
import type { Milliseconds } from "../time/units.ts";
import type { HangUps } from "./hang-ups.ts";
import { LiveChannels } from "./live-channels.ts";
import { Reloader } from "./reloader.ts";

/** Longer than the slowest player takes for a segment; shorter than the 10 s after which containers are killed. */
const CLOSE_GRACE_MS = 8000;

/** What goes on around a service. */
type ServiceHooks = {
  /** Told the port once clients can connect. */
  readonly onListening?: (port: number) => void;
  /** What asks for the configuration anew, and what gives it. */
  readonly reload?: { readonly hangUps: HangUps; readonly load: () => Promise<RunConfig> };
};

/**
 * Runs live channels and serves them until the signal, then closes in order: inputs first, so that nothing new is
 * published, then the server, which finishes the responses under way.
 *
 * @throws ConfigError - before anything starts.
 */
export async function runService(
  config: RunConfig,
  log: Logger,
  signal: AbortSignal,
  { onListening, reload }: ServiceHooks = {},
): Promise<void> {
  const channels = new LiveChannels(config, log, ({ store }) => waiters.abandon(store));
  const clock = (): Milliseconds => Date.now() as Milliseconds;
  const reloader = new Reloader(config, channels, log, clock);
  const { threshold } = config.quality;
  const responses = new ResponseTally();
  const closing = new AbortController();
  const waiters = new Waiters(clock, closing.signal);
  const app = createApp({
    channels: channels.byName,
    clock,
    publish: config.publish,
    signals: config.signals,
    waiters,
    threshold,
    metrics: new Metrics({
      ...{ channels, responses, threshold, clock },
      held: () => waiters.count,
      configuration: () => reloader.status,
    }),
    closing: closing.signal,
    onResponse: (kind, status) => responses.add(kind, status),
    onError: (error) => log.error(error, "a request failed"),
  });
  const server = new HttpServer(app);
  const { host, port } = config.listen;
  const address = await server.listen(port, host).catch((error: Error) => {
    throw new ConfigError("listen", `${host}:${port}`, `it must be an address that is free (${error.message})`);
  });
  log.info({ host: address.address, port: address.port, channels: [...channels.byName.keys()] }, "serving");
  channels.start();
  reload?.hangUps.listen(() => void reloader.reload(reload.load));
  onListening?.(address.port);
  if (!signal.aborted) await once(signal, "abort");
  log.info("closing");
  await reloader.close();
  await channels.stop();
  closing.abort();
  await server.close(CLOSE_GRACE_MS);
  log.info("closed");
}
