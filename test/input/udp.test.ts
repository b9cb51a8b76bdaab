import { createSocket } from "node:dgram";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import type { Input } from "../../src/input/input.ts";
import { parseInputUrl } from "../../src/input/input-url.ts";
import { openInput } from "../../src/input/open-input.ts";
import { expectTransportPackets, freePort, missing, Peers, RecordingSink, until } from "./peers.ts";

const peers = new Peers();
const opened: Input[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((input) => input.stop()));
});
afterAll(() => peers.close());

function start(url: string): [Input, RecordingSink] {
  const input = openInput(parseInputUrl(url));
  const sink = new RecordingSink();
  opened.push(input);
  input.start(sink);
  return [input, sink];
}

async function send(port: number, datagrams: readonly Uint8Array[], host = "127.0.0.1"): Promise<void> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  for (const datagram of datagrams) {
    await new Promise((resolve) => socket.send(datagram, port, host, resolve));
  }
  await new Promise<void>((resolve) => socket.close(resolve));
}

const packets = (count: number, fill: number): Uint8Array => {
  const bytes = new Uint8Array(188 * count).fill(fill);
  for (let i = 0; i < bytes.length; i += 188) bytes[i] = 0x47;
  return bytes;
};

describe.skipIf(missing("ffmpeg"))("from ffmpeg", () => {
  test("unicast arrives in whole packets", async () => {
    const port = await freePort();
    const [input, sink] = start(`udp://127.0.0.1:${port}`);
    peers.ffmpeg("mpegts", `udp://127.0.0.1:${port}?pkt_size=1316`);
    await until("100 kB", () => sink.bytes > 100_000);
    expectTransportPackets(sink.received);
    expect(sink.stateNames).toEqual(["connecting", "receiving"]);
    // One datagram, one call; ffmpeg's last of a burst may be shorter.
    expect(sink.pieces.every((piece) => piece.constructor === Uint8Array && piece.length % 188 === 0)).toBe(true);
    expect(Math.max(...sink.pieces.map((piece) => piece.length))).toBe(1316);
    expect(new Set(sink.pieces.map((piece) => piece.buffer)).size).toBe(sink.pieces.length);
    const { lastDataAt, ...counts } = input.statistics;
    expect(counts).toEqual({ state: "receiving", bytes: sink.bytes, datagrams: sink.pieces.length, restarts: 0 });
    expect(Math.abs(Date.now() - lastDataAt!)).toBeLessThan(2000);
  });

  test("multicast arrives by the interface joined, and only the group asked for", async () => {
    const port = await freePort();
    const groups = ["239.255.77.1", "239.255.77.2"];
    const [byAddress, byName, other] = [
      start(`udp://@${groups[0]}:${port}?interface=127.0.0.1`)[1],
      start(`udp://@${groups[0]}:${port}?interface=lo`)[1],
      start(`udp://@${groups[1]}:${port}?interface=127.0.0.1`)[1],
    ];
    peers.ffmpeg("mpegts", `udp://${groups[0]}:${port}?pkt_size=1316&localaddr=127.0.0.1`);
    await until("100 kB twice", () => byAddress.bytes > 100_000 && byName.bytes > 100_000);
    expectTransportPackets(byAddress.received);
    expectTransportPackets(byName.received);
    expect(other.bytes).toBe(0);
  });

  test("source-specific multicast arrives from the source asked for, and from no other", async () => {
    const port = await freePort();
    const group = `udp://@232.255.77.1:${port}?interface=127.0.0.1`;
    const wanted = start(`${group}&source=127.0.0.1`)[1];
    const other = start(`${group}&source=127.0.0.2`)[1];
    peers.ffmpeg("mpegts", `udp://232.255.77.1:${port}?pkt_size=1316&localaddr=127.0.0.1`);
    await until("50 kB", () => wanted.bytes > 50_000);
    expectTransportPackets(wanted.received);
    // Linux filters by source per socket, so the two do not see each other's.
    expect(other.bytes).toBe(0);
  });

  test("RTP is unwrapped", async () => {
    const port = await freePort();
    const [input, sink] = start(`udp://:${port}`);
    peers.ffmpeg("rtp_mpegts", `rtp://127.0.0.1:${port}`);
    await until("100 kB", () => sink.bytes > 100_000);
    expectTransportPackets(sink.received);
    expect(input.statistics.rtpLost).toBe(0);
  });
});

test("RTP with packets missing counts them", async () => {
  const port = await freePort();
  const [input, sink] = start(`udp://127.0.0.1:${port}`);
  const rtp = (sequence: number): Uint8Array =>
    Uint8Array.from([0x80, 33, sequence >> 8, sequence & 0xff, 0, 0, 0, 0, 0, 0, 0, 1, ...packets(1, sequence)]);
  await send(port, [rtp(1), rtp(2), rtp(6), rtp(7)]);
  await until("four packets", () => sink.bytes === 4 * 188);
  expect(input.statistics).toMatchObject({ rtpLost: 3, datagrams: 4, bytes: 4 * 188 });
});

test("any datagram is passed on as it came", async () => {
  const port = await freePort();
  const sink = start(`udp://127.0.0.1:${port}`)[1];
  const datagrams = [packets(7, 1), new Uint8Array(), Uint8Array.of(0x80), new Uint8Array(60_000).fill(0xff)];
  await send(port, datagrams);
  await until("the last", () => sink.bytes === 1316 + 1 + 60_000);
  expect(sink.pieces).toEqual(datagrams.filter((datagram) => datagram.length > 0));
});

const GROUPS = "/proc/net/igmp6";

test.skipIf(!existsSync(GROUPS) && "no IPv6 here")("IPv6 is received", async () => {
  const port = await freePort();
  const sink = start(`udp://[::1]:${port}`)[1];
  await send(port, [packets(1, 2)], "::1");
  await until("the datagram", () => sink.bytes === 188);
});

// No IPv6 multicast is routed to the loopback interface, so it is only joined here.
test.skipIf(!existsSync(GROUPS) && "no IPv6 here").for([
  ["link-local, by name", "ff12::7701", "lo"],
  ["site-local, by address", "ff15::7702", "::1"],
])("an IPv6 group is joined: %s", async ([, group, on]) => {
  const [input, sink] = start(`udp://[${group}]:${await freePort()}?interface=${on}`);
  const entry = new RegExp(`^1 +lo +${group!.replace("::", "0".repeat(24))} `, "m");
  await until("the membership", () => entry.test(readFileSync(GROUPS, "utf8")));
  expect(sink.stateNames).toEqual(["connecting"]);
  await input.stop();
  expect(readFileSync(GROUPS, "utf8")).not.toMatch(entry);
});

test("silence is lost, data is receiving again", async () => {
  const port = await freePort();
  const [input, sink] = start(`udp://127.0.0.1:${port}`);
  await send(port, [packets(7, 1)]);
  await until("silence", () => sink.stateNames.includes("lost"), 4000);
  await send(port, [packets(7, 2)]);
  await until("data again", () => sink.bytes === 2 * 1316);
  expect(sink.stateNames).toEqual(["connecting", "receiving", "lost", "receiving"]);
  expect(input.statistics.restarts).toBe(0);
});

test("a port somebody else has is lost, tried again, and received from once it is free", async () => {
  const port = await freePort();
  const other = createSocket("udp4");
  await new Promise<void>((resolve) => other.bind(port, "127.0.0.1", resolve));
  const [input, sink] = start(`udp://127.0.0.1:${port}`);
  await until("two attempts", () => input.statistics.restarts >= 2);
  const reason = `bind EADDRINUSE 127.0.0.1:${port}`;
  const problem = { code: "input-lost", count: 1, detail: reason };
  expect(sink.states).toEqual([{ state: "connecting" }, { state: "lost", reason, problem }]);
  await new Promise<void>((resolve) => other.close(resolve));
  await sleep(1100);
  await send(port, [packets(7, 1)]);
  await until("data", () => sink.bytes === 1316);
  expect(sink.stateNames).toEqual(["connecting", "lost", "receiving"]);
});

test("an interface that is not there is lost and tried again", async () => {
  const [input, sink] = start(`udp://@239.255.77.3:${await freePort()}?interface=nosuch0`);
  await until("two attempts", () => input.statistics.restarts >= 2);
  expect(sink.states[1]).toMatchObject({ reason: "there is no interface nosuch0 with an IPv4 address" });
  await input.stop();
  const { restarts } = input.statistics;
  await sleep(500);
  expect(input.statistics.restarts).toBe(restarts);
});

const MAXIMUM = "/proc/sys/net/core/rmem_max";

test.skipIf(!existsSync(MAXIMUM) && "not Linux")(
  "a receive buffer the kernel does not grant is noted, once",
  async () => {
    const maximum = Number(readFileSync(MAXIMUM, "utf8"));
    const granted = start(`udp://127.0.0.1:${await freePort()}?buffer=${Math.min(maximum, 2 ** 29)}`)[1];
    const cut = start(`udp://127.0.0.1:${await freePort()}?buffer=${maximum + 1}`)[1];
    await until("the note", () => cut.notes.length > 0);
    expect(cut.notes).toHaveLength(1);
    expect(cut.notes[0]).toContain(`${maximum} bytes`);
    expect(cut.notes[0]).toContain(`sysctl -w net.core.rmem_max=${maximum + 1}`);
    expect(granted.notes).toEqual([]);
  },
);

test("stops in any state", async () => {
  const url = parseInputUrl(`udp://127.0.0.1:${await freePort()}`);
  await openInput(url).stop();
  const atOnce = openInput(url);
  const sink = new RecordingSink();
  atOnce.start(sink);
  await Promise.all([atOnce.stop(), atOnce.stop()]);
  await sleep(50);
  expect(sink.stateNames).toEqual(["connecting"]);
});
