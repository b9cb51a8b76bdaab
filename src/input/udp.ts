import { createSocket, type Socket } from "node:dgram";
import { inputBackoff } from "./backoff.ts";
import type { Input, InputSink, InputStatistics } from "./input.ts";
import { InputMonitor } from "./input-monitor.ts";
import { bindAddress, joinGroup } from "./multicast.ts";
import { RtpSequence, unwrapRtp } from "./rtp.ts";
import type { UdpInputUrl } from "./udp-url.ts";

/**
 * A transport stream in UDP datagrams, plain or RTP, as each datagram shows.
 *
 * Datagrams are passed on in the order of arrival: packets that the network put in another order are not sorted, even
 * where RTP says how they were sent. The continuity counters further on show them as loss.
 */
export class UdpInput implements Input {
  readonly #url: UdpInputUrl;
  readonly #monitor = new InputMonitor();
  readonly #backoff = inputBackoff();
  #socket: Socket | undefined;
  #retry: NodeJS.Timeout | undefined;
  #rtp: RtpSequence | undefined;
  #bufferChecked = false;

  constructor(url: UdpInputUrl) {
    this.#url = url;
  }

  start(sink: InputSink): void {
    this.#monitor.open(sink, true);
    this.#open();
  }

  async stop(): Promise<void> {
    this.#monitor.close();
    clearTimeout(this.#retry);
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#socket = undefined;
    await new Promise<void>((resolve) => socket.close(resolve));
  }

  get statistics(): InputStatistics {
    return { ...this.#monitor.statistics, ...(this.#rtp !== undefined && { rtpLost: this.#rtp.lost }) };
  }

  #open(): void {
    const { family, port, multicast } = this.#url;
    // Only groups are shared: a second listener on an address of our own would take datagrams from the first.
    const socket = createSocket({ type: family === 4 ? "udp4" : "udp6", reuseAddr: multicast });
    this.#socket = socket;
    socket.on("error", (error) => this.#failed(socket, error));
    socket.on("message", (message) => this.#received(message));
    socket.on("listening", () =>
      this.#attempt(socket, () => {
        joinGroup(socket, this.#url);
        this.#sizeBuffer(socket);
      }),
    );
    this.#attempt(socket, () => socket.bind({ address: bindAddress(this.#url), port, exclusive: true }));
  }

  #attempt(socket: Socket, action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      this.#failed(socket, error);
    }
  }

  #failed(socket: Socket, error: Error): void {
    if (socket !== this.#socket) return;
    this.#socket = undefined;
    socket.close();
    this.#monitor.lost(error.message);
    this.#retry = setTimeout(() => {
      this.#monitor.restarted();
      this.#open();
    }, this.#backoff.next());
  }

  #sizeBuffer(socket: Socket): void {
    const wanted = this.#url.receiveBuffer;
    try {
      socket.setRecvBufferSize(wanted);
    } catch (error) {
      // Linux grants what it can; other systems refuse what is too much, and keep their default.
      if (!(error instanceof Error && "code" in error && error.code === "ERR_SOCKET_BUFFER_SIZE")) throw error;
    }
    if (this.#bufferChecked) return;
    this.#bufferChecked = true;
    // Linux doubles what it grants, for its own bookkeeping, and says so.
    const granted = socket.getRecvBufferSize() / (process.platform === "linux" ? 2 : 1);
    if (granted >= wanted) return;
    this.#monitor.note(
      `the receive buffer is ${granted} bytes of the ${wanted} wanted; bursts may be lost: sysctl -w net.core.rmem_max=${wanted}`,
    );
  }

  #received(message: Buffer): void {
    this.#backoff.reset();
    const datagram = new Uint8Array(message.buffer, message.byteOffset, message.byteLength);
    const packet = unwrapRtp(datagram);
    if (packet !== undefined) {
      this.#rtp ??= new RtpSequence();
      this.#rtp.push(packet);
    }
    this.#monitor.data(packet?.payload ?? datagram);
  }
}
