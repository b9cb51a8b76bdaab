import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll } from "vitest";

/** A program that runs beside the test. */
export class Running {
  readonly child: ChildProcess;
  /** All it wrote so far. */
  stdout = "";
  stderr = "";
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;

  /** @param environment - All of it; absent: that of the tests. */
  constructor(program: string, parameters: readonly string[], environment?: NodeJS.ProcessEnv) {
    const stdio: StdioOptions = ["ignore", "pipe", "pipe"];
    this.child = spawn(program, parameters, { stdio, env: environment ?? process.env });
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.stdout += text;
    });
    this.child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.stderr += text;
    });
    this.ended = once(this.child, "close").then(([code, signal]) => ({ code, signal }));
  }

  get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Ends it by its process id and waits for that. */
  async end(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    if (!this.hasEnded) this.child.kill(signal);
    await this.ended;
  }
}

/** Starts a program, with its parameters and environment. */
export type StartProcess = (program: string, parameters: readonly string[], environment?: NodeJS.ProcessEnv) => Running;

/** Starts programs, all of which are ended after the tests of the file or `describe` that asked for it. */
export function processStarter(): StartProcess {
  const started: Running[] = [];
  afterAll(() => Promise.all(started.map((running) => running.end())));
  return (program, parameters, environment) => {
    const running = new Running(program, parameters, environment);
    started.push(running);
    return running;
  };
}
