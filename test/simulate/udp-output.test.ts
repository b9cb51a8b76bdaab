import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { openOutput } from "../../src/simulate/open-output.ts";
import { UdpOutput } from "../../src/simulate/udp-output.ts";
import { until } from "../support/until.ts";

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

async function receiver(group?: string): Promise<{ readonly port: number; readonly datagrams: Buffer[] }> {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  sockets.push(socket);
  socket.bind(0, group ?? "127.0.0.1");
  await once(socket, "listening");
  if (group !== undefined) socket.addMembership(group, "127.0.0.1");
  const datagrams: Buffer[] = [];
  socket.on("message", (datagram) => datagrams.push(datagram));
  return { port: socket.address().port, datagrams };
}

/** Packets that can be told apart. */
const packets = (count: number, from: number): Uint8Array =>
  Uint8Array.from({ length: count * 188 }, (_, i) => (i % 188 === 0 ? 0x47 : from + Math.floor(i / 188)));

async function arrived(datagrams: readonly Buffer[], count: number): Promise<void> {
  for (let waited = 0; datagrams.length < count && waited < 2000; waited += 10) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test.for([
  ["to one receiver", undefined, ""],
  ["to a multicast group by the loopback interface", "239.255.77.1", "?interface=127.0.0.1&ttl=1"],
] as const)("seven packets go into each datagram, whatever comes at once, %s", async ([, group, query]) => {
  const { port, datagrams } = await receiver(group);
  const output = await openOutput(`udp://${group ?? "127.0.0.1"}:${port}${query}`, expect.unreachable);
  output.write(packets(3, 0));
  output.write(packets(9, 3));
  output.write(packets(4, 12));
  await output.close();
  await arrived(datagrams, 3);
  expect(datagrams.map(({ length }) => length / 188)).toEqual([7, 7, 2]);
  expect(Buffer.concat(datagrams).equals(packets(16, 0))).toBe(true);
});

test("a receiver that is not there yet does no harm", async () => {
  const { port, datagrams } = await receiver();
  const [socket] = sockets.splice(0);
  socket!.close();
  const output = await openOutput(`udp://127.0.0.1:${port}`, expect.unreachable);
  for (let i = 0; i < 20; i++) output.write(packets(7, i));
  await output.close();
  expect(datagrams).toEqual([]);
});

test("what cannot be sent is said once for each reason", async () => {
  const said: string[] = [];
  // The system forbids broadcast to sockets that did not ask for it.
  const output = await openOutput("udp://255.255.255.255:5000", (message) => said.push(message));
  for (let i = 0; i < 20; i++) output.write(packets(7, i));
  await output.close();
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("EACCES 255.255.255.255:5000");
});

test.for([
  ["an interface that is no address of this machine", "udp://239.1.1.1:5000?interface=192.0.2.77", "interface"],
  ["an interface that is no address", "udp://239.1.1.1:5000?interface=nowhere", "interface"],
  ["a host without address", "udp://no.such.host.invalid:5000", "host"],
] as const)("%s is refused", async ([, url, reason]) => {
  await expect(openOutput(url, expect.unreachable)).rejects.toThrow(
    expect.objectContaining({ name: "ConfigError", message: expect.stringContaining(reason) }),
  );
});

test("a host that is given by its name is found where it has moved", async () => {
  const places = await Promise.all(
    ["127.0.0.1", "127.0.0.2"].map(async (address) => {
      const socket = createSocket("udp4");
      sockets.push(socket);
      return { socket, address, datagrams: [] as Buffer[] };
    }),
  );
  const [first, second] = places as [(typeof places)[0], (typeof places)[0]];
  first.socket.bind(0, first.address);
  await once(first.socket, "listening");
  const { port } = first.socket.address();
  second.socket.bind(port, second.address);
  await once(second.socket, "listening");
  for (const { socket, datagrams } of places) socket.on("message", (datagram) => datagrams.push(datagram));
  let address = first.address;
  const resolver = { lookup: async () => ({ address, family: 4 }), intervalMs: 20 };
  const target = { kind: "udp" as const, host: "packager-b", port };
  const output = await UdpOutput.open(`udp://packager-b:${port}`, target, expect.unreachable, resolver);
  output.write(packets(7, 0));
  await arrived(first.datagrams, 1);
  address = second.address;
  await until("it to be sent there", () => {
    output.write(packets(7, 7));
    return second.datagrams.length > 0;
  });
  await output.close();
  expect(first.datagrams.length).toBeGreaterThan(0);
});
