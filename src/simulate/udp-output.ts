import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { PACKET_BYTES } from "../mpegts/packet.ts";
import { ConfigError } from "../problem/config-error.ts";
import { concatBytes } from "./concat-bytes.ts";
import type { Output, Report } from "./output.ts";
import type { UdpTarget } from "./output-target.ts";

/** Seven packets fit into one Ethernet frame, as is usual for transport streams. */
const DATAGRAM_BYTES = 7 * PACKET_BYTES;

/** How addresses of names are found, and how often. */
export type Resolver = {
  readonly lookup: (host: string) => Promise<{ readonly address: string; readonly family: number }>;
  readonly intervalMs: number;
};

/** A container that is started anew may have another address, and nothing tells a sender of datagrams that nobody listens. */
const defaultResolver: Resolver = { lookup, intervalMs: 5000 };

/** Sends datagrams of seven packets. A host that is given by its name is looked up again and again. */
export class UdpOutput implements Output {
  readonly #socket: Socket;
  #address: string;
  readonly #port: number;
  readonly #report: Report;
  #rest: Uint8Array = new Uint8Array(0);
  /** Settles when the last datagram is on its way. */
  #sent: Promise<void> = Promise.resolve();
  #lastError = "";
  #timer: NodeJS.Timeout | undefined;

  private constructor(socket: Socket, address: string, port: number, report: Report) {
    this.#socket = socket;
    this.#address = address;
    this.#port = port;
    this.#report = report;
    socket.on("error", (error) => this.#failed(error));
  }

  /** @throws ConfigError - when the host has no address or the interface is none of this machine's. */
  static async open(
    url: string,
    target: UdpTarget,
    report: Report,
    resolver: Resolver = defaultResolver,
  ): Promise<UdpOutput> {
    const { address, family } = await resolve(url, target.host, resolver);
    const socket = createSocket(family === 6 ? "udp6" : "udp4");
    try {
      await bind(socket);
      if (target.ttl !== undefined) {
        socket.setTTL(target.ttl);
        socket.setMulticastTTL(target.ttl);
      }
      if (target.interface !== undefined) socket.setMulticastInterface(target.interface);
    } catch (error) {
      socket.close();
      throw new ConfigError("--out", url, `its interface must be an address of this machine: ${messageOf(error)}`);
    }
    const output = new UdpOutput(socket, address, target.port, report);
    if (isIP(target.host) === 0) output.#follow(target.host, family, resolver);
    return output;
  }

  write(packets: Uint8Array): void {
    const bytes = concatBytes([this.#rest, packets]);
    const whole = bytes.length - (bytes.length % DATAGRAM_BYTES);
    for (let offset = 0; offset < whole; offset += DATAGRAM_BYTES) {
      this.#send(bytes.subarray(offset, offset + DATAGRAM_BYTES));
    }
    this.#rest = bytes.subarray(whole);
  }

  async passedOn(): Promise<void> {
    await this.#sent;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#rest.length > 0) this.#send(this.#rest);
    await this.#sent;
    await new Promise<void>((resolve) => {
      this.#socket.close(() => resolve());
    });
  }

  #follow(host: string, family: number, { lookup, intervalMs }: Resolver): void {
    this.#timer = setInterval(() => {
      lookup(host).then(
        (found) => {
          if (found.family === family) this.#address = found.address;
        },
        // Names come and go with those who bear them: it is sent where it was.
        () => {},
      );
    }, intervalMs).unref();
  }

  #send(datagram: Uint8Array): void {
    this.#sent = new Promise((resolve) => {
      this.#socket.send(datagram, this.#port, this.#address, (error) => {
        if (error === null) this.#lastError = "";
        else this.#failed(error);
        resolve();
      });
    });
  }

  /** Networks come and go; it is said once for each reason. */
  #failed(error: Error): void {
    if (error.message === this.#lastError) return;
    this.#lastError = error.message;
    this.#report(`cannot send to ${this.#address}:${this.#port}: ${error.message}`);
  }
}

async function resolve(
  url: string,
  host: string,
  { lookup }: Resolver,
): Promise<{ readonly address: string; readonly family: number }> {
  try {
    return await lookup(host);
  } catch (error) {
    throw new ConfigError("--out", url, `its host must have an address: ${messageOf(error)}`);
  }
}

/** Options of a socket can be set once it has a port. */
function bind(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(0, () => {
      socket.off("error", reject);
      resolve();
    });
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
