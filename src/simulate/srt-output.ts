import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { inputBackoff } from "../input/backoff.ts";
import { assertSrtAvailable, canLaunch, srtCommand } from "../input/srt-command.ts";
import { parseSrtLine } from "../input/srt-log.ts";
import type { SrtInputUrl } from "../input/srt-url.ts";
import { PACKET_BYTES } from "../mpegts/packet.ts";
import type { Output, Report } from "./output.ts";

type Child = ChildProcessByStdio<Writable, null, Readable>;

/** What one SRT message of a transport stream holds: seven packets. */
const CHUNK_BYTES = 7 * PACKET_BYTES;

/** About half a second: what waits longer while there is no connection is too old to be sent when there is one. */
const MAX_WAITING_BYTES = 1 << 18;

/** A child that ran as long as this had a connection. */
const STEADY_MS = 10_000;

/** The child does not end with its input: how long it gets to send what it has read, more than SRT's usual latency. */
const DRAIN_MS = 300;

/** How long it gets to end when it is told to. */
const KILL_MS = 1000;

/**
 * Sends over SRT by means of `srt-live-transmit`, which reads the stream from its standard input: one process per
 * connection, started again when it ends.
 */
export class SrtOutput implements Output {
  readonly #url: SrtInputUrl;
  readonly #report: Report;
  readonly #command: readonly [program: string, ...rest: string[]];
  readonly #backoff = inputBackoff();
  #child: Child | undefined;
  #retry: NodeJS.Timeout | undefined;
  #lastReason = "";
  #closing = false;

  /** @throws ConfigError - when `srt-live-transmit` is not installed. */
  constructor(url: SrtInputUrl, report: Report) {
    assertSrtAvailable();
    this.#url = url;
    this.#report = report;
    this.#command = sendCommand(url);
    this.#start();
  }

  write(packets: Uint8Array): void {
    const stdin = this.#child?.stdin;
    if (stdin?.writable && stdin.writableLength < MAX_WAITING_BYTES) stdin.write(packets);
  }

  /** There is no telling what a peer has received. */
  async passedOn(): Promise<void> {}

  async close(): Promise<void> {
    this.#closing = true;
    clearTimeout(this.#retry);
    const child = this.#child;
    if (child === undefined) return;
    const closed = once(child, "close");
    child.stdin.end();
    const terminate = setTimeout(() => child.kill("SIGTERM"), DRAIN_MS);
    const kill = setTimeout(() => child.kill("SIGKILL"), DRAIN_MS + KILL_MS);
    await closed;
    clearTimeout(terminate);
    clearTimeout(kill);
  }

  #start(): void {
    const [program, ...commandArguments] = this.#command;
    const child = spawn(program, commandArguments, { stdio: ["pipe", "ignore", "pipe"] });
    const started = performance.now();
    let reason = "no receiver";
    this.#child = child;
    createInterface({ input: child.stderr }).on("line", (line) => {
      reason = parseSrtLine(line, this.#url.passphrase)?.reason ?? reason;
    });
    child.on("error", (error) => {
      reason = error.message;
    });
    // The pipe breaks when the child ends; what follows is decided there.
    child.stdin.on("error", () => {});
    child.on("close", () => {
      this.#child = undefined;
      if (performance.now() - started > STEADY_MS) this.#backoff.reset();
      if (!this.#closing) this.#startAgain(reason);
    });
  }

  /** Until a receiver is there this happens every few seconds: it is said once for each reason. */
  #startAgain(reason: string): void {
    const { host, port } = this.#url;
    if (reason !== this.#lastReason) this.#report(`srt://${host}:${port}: ${reason}; trying again`);
    this.#lastReason = reason;
    this.#retry = setTimeout(() => this.#start(), this.#backoff.next());
  }
}

/** The command that receives, turned round: from standard input to the peer. */
function sendCommand(url: SrtInputUrl): readonly [program: string, ...rest: string[]] {
  const [program, ...rest] = srtCommand(url, canLaunch());
  const [peer, standardInput] = rest.splice(-2);
  return [program, ...rest, `-chunk:${CHUNK_BYTES}`, standardInput!, peer!];
}
