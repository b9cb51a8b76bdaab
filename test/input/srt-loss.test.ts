import { createSocket, type Socket } from "node:dgram";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { Input } from "../../src/input/input.ts";
import { parseInputUrl } from "../../src/input/input-url.ts";
import { openInput } from "../../src/input/open-input.ts";
import type { SrtStatistics } from "../../src/input/srt-statistics.ts";
import { freePort, listening, missing, Peers, RecordingSink, until } from "./peers.ts";

const MESSAGE_BYTES = 1316;
const MESSAGES_PER_SECOND = 500;

/** Which data packets a network loses. */
type Loss = (sequence: number, sentAgain: boolean) => boolean;

const nothing: Loss = () => false;
/** A tenth of what is sent for the first time. */
const once: Loss = (sequence, sentAgain) => !sentAgain && sequence % 10 === 3;
/** A fiftieth, however often it is sent. */
const always: Loss = (sequence) => sequence % 50 === 7;

/** A network between one SRT caller and a listener, which loses what it is told to. */
class LossyNetwork {
  loss: Loss = nothing;
  readonly #near: Socket = createSocket("udp4");
  readonly #far: Socket = createSocket("udp4");
  #caller = 0;

  async open(port: number, listener: number): Promise<void> {
    this.#near.on("message", (packet, { port: caller }) => {
      this.#caller = caller;
      if (!this.#loses(packet)) this.#far.send(packet, listener, "127.0.0.1");
    });
    this.#far.on("message", (packet) => this.#near.send(packet, this.#caller, "127.0.0.1"));
    await new Promise<void>((resolve) => this.#near.bind(port, "127.0.0.1", resolve));
  }

  close(): void {
    this.#near.close();
    this.#far.close();
  }

  /** Data packets begin with a 0 bit and the sequence number; the R bit follows in the second word. */
  #loses(packet: Buffer): boolean {
    const sequence = packet.readUInt32BE(0);
    return sequence < 0x80000000 && this.loss(sequence, (packet[4]! & 0x04) !== 0);
  }
}

const peers = new Peers();
const closers: (() => unknown)[] = [];
afterEach(() => Promise.all(closers.splice(0).map((close) => close())));
afterAll(() => peers.close());

/** Sends numbered messages to a UDP port. */
function sendMessages(port: number): void {
  const socket = createSocket("udp4");
  const start = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - start) / 1000) * MESSAGES_PER_SECOND;
    for (; sent < due; sent++) {
      const message = Buffer.alloc(MESSAGE_BYTES, 0x47);
      message.writeUInt32BE(sent, 4);
      socket.send(message, port, "127.0.0.1");
    }
  }, 5);
  closers.push(() => {
    clearInterval(timer);
    socket.close();
  });
}

/** How many messages are missing between the first and the last that came. */
function missingMessages(sink: RecordingSink): number {
  const bytes = sink.received;
  expect(bytes.length % MESSAGE_BYTES).toBe(0);
  const last = bytes.readUInt32BE(bytes.length - MESSAGE_BYTES + 4);
  return last - bytes.readUInt32BE(4) + 1 - bytes.length / MESSAGE_BYTES;
}

function counts(input: Input): SrtStatistics {
  return input.statistics.srt!;
}

describe.skipIf(missing("srt-live-transmit"))("over a network that loses packets", () => {
  test("the statistics tell lost, sent again and given up, over all connections", { timeout: 40_000 }, async () => {
    const [port, near, from] = [await freePort(), await freePort(), await freePort()];
    const input = openInput(parseInputUrl(`srt://127.0.0.1:${port}?mode=listener&latency=500ms`));
    const sink = new RecordingSink();
    closers.push(() => input.stop());
    input.start(sink);
    await listening(port);
    expect(input.statistics).not.toHaveProperty("srt");
    const network = new LossyNetwork();
    await network.open(near, port);
    closers.push(() => network.close());
    const target = `srt://127.0.0.1:${near}?mode=caller&latency=20`;
    const send = () => peers.run("srt-live-transmit", ["-q", `udp://127.0.0.1:${from}`, target]);
    const first = send();
    sendMessages(from);

    await until("reports", () => counts(input)?.received > 500);
    expect(counts(input)).toMatchObject({ lost: 0, dropped: 0, retransmitted: 0, belated: 0, malformedReports: 0 });
    expect(counts(input).latencyMs).toBe(500);
    expect(counts(input).rttMs).toBeGreaterThan(0);
    expect(counts(input).rttMs).toBeLessThan(100);
    expect(counts(input).bufferMs).toBeLessThan(1000);

    network.loss = once;
    await until("what was lost and came again", () => counts(input).retransmitted >= 50);
    expect(counts(input).lost).toBeGreaterThanOrEqual(50);
    expect(counts(input).dropped).toBe(0);
    expect(missingMessages(sink)).toBe(0);

    network.loss = always;
    await until("what never came", () => counts(input).dropped >= 10);
    expect(missingMessages(sink)).toBeGreaterThanOrEqual(10);
    expect(missingMessages(sink) - counts(input).dropped).toBeLessThan(5);

    network.loss = nothing;
    await peers.end(first, "SIGTERM");
    await until("the end of the connection", () => input.statistics.restarts === 1);
    const before = counts(input);
    expect(before).not.toHaveProperty("rttMs");
    send();
    await until("more", () => counts(input).received > before.received + 500);
    const { received, rttMs, latencyMs, bufferMs, ...others } = counts(input);
    expect({ received: before.received, ...others }).toEqual(before);
    expect(received).toBeLessThan(before.received + 2000);
  });
});
