import type { InputUrl } from "./input-url.ts";
import type { SrtInputUrl } from "./srt-url.ts";
import { DEFAULT_RECEIVE_BUFFER, type UdpInputUrl } from "./udp-url.ts";

/** An input as logs, metrics and the API may show it: complete but for its passphrase. */
export function describeInput(url: InputUrl): string {
  const program = url.program === undefined ? [] : [`program=${url.program}`];
  switch (url.kind) {
    case "stdin":
      return withQuery("-", program);
    case "file":
      return withQuery(url.path, program);
    case "udp":
      return withQuery(`udp://${hostPort(url.address, url.port)}`, [...describeUdp(url), ...program]);
    case "srt":
      return withQuery(`srt://${hostPort(url.host, url.port)}`, [...describeSrt(url), ...program]);
  }
}

/** `host:port`, an IPv6 address in brackets. */
export function hostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function describeUdp(url: UdpInputUrl): string[] {
  return [
    ...(url.interface === undefined ? [] : [`interface=${url.interface}`]),
    ...(url.source === undefined ? [] : [`source=${url.source}`]),
    ...(url.receiveBuffer === DEFAULT_RECEIVE_BUFFER ? [] : [`buffer=${url.receiveBuffer}`]),
  ];
}

function describeSrt(url: SrtInputUrl): string[] {
  return [
    `mode=${url.mode}`,
    ...(url.passphrase === undefined ? [] : ["passphrase=***"]),
    ...(url.pbkeylen === undefined ? [] : [`pbkeylen=${url.pbkeylen}`]),
    ...(url.latency === undefined ? [] : [`latency=${url.latency}ms`]),
    ...(url.streamid === undefined ? [] : [`streamid=${url.streamid}`]),
  ];
}

function withQuery(base: string, parameters: readonly string[]): string {
  return parameters.length === 0 ? base : `${base}?${parameters.join("&")}`;
}
