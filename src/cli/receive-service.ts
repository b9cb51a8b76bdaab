import { once } from "node:events";
import { HttpServer } from "../http/http-server.ts";
import type { Logger } from "../observe/log.ts";
import { ConfigError } from "../problem/config-error.ts";
import { createReceiveApp } from "../receive/create-receive-app.ts";
import { FloodLimit } from "../receive/flood-limit.ts";
import { receiveLimits } from "../receive/http-limits.ts";
import { harmless, type ReceiveProblem, receiveProblems } from "../receive/receive-problem.ts";
import { type ObjectLine, Receiver } from "../receive/receiver.ts";
import { summarize } from "../receive/text-report.ts";
import type { Milliseconds } from "../time/units.ts";
import type { ReceiveConfig } from "./receive-config.ts";

/** Longer than a segment takes to arrive that is on its way; shorter than the 10 s after which containers are killed. */
const CLOSE_GRACE_MS = 4000;

/** Twenty tracks of half a second make forty. */
const OBJECT_LIMITS = { lines: 100, interval: 1000 };

/** The first of each kind and track at once, then once a minute: what is wrong with one segment is mostly wrong with all. */
const PROBLEM_LIMITS = { lines: 1, interval: 60_000 };

/**
 * Receives and serves until the signal.
 *
 * @throws ConfigError - before anything starts.
 */
export async function runReceiver(config: ReceiveConfig, log: Logger, signal: AbortSignal): Promise<void> {
  const objects = new FloodLimit<ObjectLine>(OBJECT_LIMITS, (line, more) => {
    log.info({ ...line, ...(more > 0 && { more }) }, "object");
  });
  const problems = new FloodLimit<ReceiveProblem & { readonly track: string }>(PROBLEM_LIMITS, (line, more) => {
    const level = harmless.has(line.code) ? "info" : "warn";
    log[level]({ ...line, meaning: receiveProblems[line.code], count: more + 1 }, "problem");
  });
  const receiver = openReceiver({
    root: config.out,
    clock: () => Date.now() as Milliseconds,
    onObject: (line) => objects.add("", line),
    onProblem: (track, problem) => problems.add(`${problem.code} ${track}`, { ...problem, track }),
  });
  const { authorization } = config;
  const app = createReceiveApp({
    receiver,
    ...(authorization !== undefined && { authorization }),
    onError: (error) => log.error(error, "a request failed"),
  });
  const server = new HttpServer(app, receiveLimits);
  const { host, port } = config.listen;
  const address = await server.listen(port, host).catch((error: Error) => {
    throw new ConfigError("--listen", `${host}:${port}`, `it must be an address that is free (${error.message})`);
  });
  log.info({ host: address.address, port: address.port, out: config.out }, "receiving");
  if (!signal.aborted) await once(signal, "abort");
  await server.close(CLOSE_GRACE_MS);
  for (const limit of [objects, problems]) {
    limit.flush();
    limit.close();
  }
  log.info(summarize(receiver.reports()), "received");
}

/** @throws ConfigError */
function openReceiver(options: ConstructorParameters<typeof Receiver>[0]): Receiver {
  try {
    return new Receiver(options);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new ConfigError("--out", options.root, `it must be a folder that can be written (${error.code})`);
  }
}
