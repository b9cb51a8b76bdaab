import { type ChildProcessByStdio, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { inputBackoff } from "./backoff.ts";
import { openChildPipe } from "./child-pipe.ts";
import { hostPort } from "./describe-input.ts";
import type { Input, InputSink, InputStatistics } from "./input.ts";
import { InputMonitor } from "./input-monitor.ts";
import { canLaunch, srtCommand } from "./srt-command.ts";
import { LineLimit, parseSrtLine, type SrtLine } from "./srt-log.ts";
import { SrtReports } from "./srt-statistics.ts";
import type { SrtInputUrl } from "./srt-url.ts";

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** What SIGTERM takes where nothing hangs is 50 ms. */
const KILL_AFTER_MS = 2000;

/**
 * A transport stream over SRT, received by srt-live-transmit as a child process: one process per connection, started
 * again when it ends.
 *
 * A sender that says goodbye can be followed by the next at once. One that vanishes holds the connection until SRT
 * gives it up, 5 s after its last packet; until then a listener takes no other. This is not shortened: a network that
 * fails for that long would cost the connection each time, where now it costs only the data.
 */
export class SrtInput implements Input {
  readonly #url: SrtInputUrl;
  readonly #launcher = canLaunch();
  readonly #monitor = new InputMonitor();
  readonly #backoff = inputBackoff();
  readonly #limit = new LineLimit();
  readonly #reports = new SrtReports();
  #reportsRefused = false;
  #child: Child | undefined;
  #retry: NodeJS.Timeout | undefined;
  #stopping = false;

  constructor(url: SrtInputUrl) {
    this.#url = url;
  }

  start(sink: InputSink): void {
    this.#monitor.open(sink, true);
    this.#spawn();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#monitor.close();
    clearTimeout(this.#retry);
    const child = this.#child;
    if (child === undefined) return;
    const closed = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGTERM");
    // Blocked in a write or in SRT it does not see SIGTERM.
    const kill = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
    await closed;
    clearTimeout(kill);
  }

  get statistics(): InputStatistics {
    const srt = this.#reports.statistics;
    return { ...this.#monitor.statistics, ...(srt !== undefined && { srt }) };
  }

  #spawn(): void {
    const writeEnd = this.#openReports();
    const [program, ...commandArguments] = srtCommand(this.#url, this.#launcher, writeEnd !== undefined);
    const child = spawn(program, commandArguments, {
      stdio: ["ignore", "pipe", "pipe", writeEnd ?? "ignore"],
    }) as Child;
    if (writeEnd !== undefined) closeSync(writeEnd);
    const bytesBefore = this.#monitor.statistics.bytes;
    let reason: string | undefined;
    this.#child = child;
    child.stdout.on("data", (data: Buffer) => {
      this.#monitor.data(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    });
    createInterface({ input: child.stderr }).on("line", (line) => {
      const said = this.#read(line);
      if (said?.reason === undefined) return;
      reason = said.reason;
      const spoilsData = said.spoilsData === true;
      this.#reportsRefused ||= spoilsData;
      // It misses a refusal that comes before it has begun to watch its socket, and then waits for ever (srt 1.5.1,
      // CUDT::addEPoll). A caller's connection is over with the reason; a listener may have refused one of many.
      if (this.#url.mode === "caller" || spoilsData) child.kill("SIGTERM");
    });
    child.on("error", (error) => {
      reason = error.message;
    });
    child.on("close", (code, signal) => {
      if (this.#monitor.statistics.bytes > bytesBefore) this.#backoff.reset();
      this.#closed(reason ?? this.#unsaidReason(code ?? signal));
    });
  }

  /** @returns The end of a pipe for the reports of the next child; undefined where it has to do without. */
  #openReports(): number | undefined {
    if (this.#reportsRefused) return undefined;
    try {
      const { reader, writeEnd } = openChildPipe();
      reader.setEncoding("utf8");
      reader.on("data", (text: string) => this.#reports.push(text));
      reader.on("error", (error) => this.#note(`no statistics of SRT: ${error.message}`));
      reader.on("close", () => this.#reports.end());
      return writeEnd;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#note(`no statistics of SRT: ${error.message}`);
      return undefined;
    }
  }

  #note(line: string): void {
    for (const text of this.#limit.push(line, performance.now())) this.#monitor.note(text);
  }

  #read(line: string): SrtLine | undefined {
    const parsed = parseSrtLine(line, this.#url.passphrase);
    if (parsed === undefined) return undefined;
    this.#note(parsed.text);
    // A listener that refused a caller goes on listening; else the process ends, its last data perhaps still unread.
    const receiving = this.#monitor.statistics.state === "receiving";
    if (parsed.reason !== undefined && !receiving) this.#monitor.lost(parsed.reason);
    return parsed;
  }

  #closed(reason: string): void {
    this.#child = undefined;
    if (this.#stopping) return;
    this.#monitor.lost(reason);
    this.#retry = setTimeout(() => {
      this.#monitor.restarted();
      this.#spawn();
    }, this.#backoff.next());
  }

  /** A caller whose peer does not answer ends after 3 s, successfully and without a word. */
  #unsaidReason(end: number | string | null): string {
    const { mode, host, port } = this.#url;
    return mode === "caller" && end === 0
      ? `no answer from ${hostPort(host, port)}`
      : `srt-live-transmit ended with ${end ?? "no status"}`;
  }
}
