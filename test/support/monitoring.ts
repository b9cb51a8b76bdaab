import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Running } from "./processes.ts";
import { until } from "./until.ts";

/** As `processStarter` gives it. */
type StartProcess = (program: string, parameters: readonly string[]) => Running;

/** One series of an answer, with its newest value. */
export type Series = { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] };

/** A Prometheus on loopback. */
export class Prometheus {
  /** Where it answers, without a slash at the end. */
  readonly base: string;

  private constructor(base: string) {
    this.base = base;
  }

  /**
   * Starts it and waits until it answers.
   *
   * @param folder - Where its configuration and its data go.
   * @param port - Where it is to listen.
   */
  static async start(start: StartProcess, folder: string, port: number, config: unknown): Promise<Prometheus> {
    const [file, storage] = settle(folder, "prometheus", config);
    const running = start("prometheus", [
      `--config.file=${file}`,
      `--storage.tsdb.path=${storage}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    return new Prometheus(await whenReady("Prometheus", running, port));
  }

  /** The series that a query gives now. @throws Error - where it is not accepted. */
  async query(text: string): Promise<readonly Series[]> {
    const response = await fetch(`${this.base}/api/v1/query?query=${encodeURIComponent(text)}`);
    if (!response.ok) throw new Error(`${text}: ${await response.text()}`);
    return ((await response.json()) as { readonly data: { readonly result: readonly Series[] } }).data.result;
  }
}

/** Starts an Alertmanager on loopback, and returns where it answers once it does. */
export async function startAlertmanager(
  start: StartProcess,
  folder: string,
  port: number,
  config: unknown,
): Promise<string> {
  const [file, storage] = settle(folder, "alertmanager", config);
  const running = start("prometheus-alertmanager", [
    `--config.file=${file}`,
    `--storage.path=${storage}`,
    `--web.listen-address=127.0.0.1:${port}`,
    // Alone: it looks for no others.
    "--cluster.listen-address=",
  ]);
  return whenReady("Alertmanager", running, port);
}

/** Writes a configuration, as JSON, which is YAML too, and makes a place for data. */
function settle(folder: string, name: string, config: unknown): readonly [file: string, storage: string] {
  const [file, storage] = [join(folder, `${name}.yml`), join(folder, name)];
  writeFileSync(file, JSON.stringify(config));
  mkdirSync(storage);
  return [file, storage];
}

async function whenReady(name: string, running: Running, port: number): Promise<string> {
  const base = `http://127.0.0.1:${port}`;
  await until(name, async () => {
    if (running.hasEnded) throw new Error(`${name} ended: ${running.stderr}`);
    return (await fetch(`${base}/-/ready`).catch(() => undefined))?.ok;
  });
  return base;
}
