import type { Socket } from "node:dgram";
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import type { UdpInputUrl } from "./udp-url.ts";

/**
 * Joins the group of a URL on a bound socket.
 *
 * @throws Error - the system's, or one that names an interface which is not there (now: it may come).
 */
export function joinGroup(socket: Socket, url: UdpInputUrl): void {
  const on = url.interface === undefined ? undefined : interfaceForJoin(url.interface, url.family);
  if (url.source === undefined) socket.addMembership(url.address, on);
  else socket.addSourceSpecificMembership(url.source, url.address, on);
}

/**
 * What a join takes: for IPv4 an address of the interface, for IPv6 its name as a zone (`::%eth0`).
 *
 * @param wanted - Name of an interface or one of its addresses.
 */
function interfaceForJoin(wanted: string, family: 4 | 6): string {
  if (family === 4 && isIP(wanted) === 4) return wanted;
  for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
    if (name !== wanted && !addresses.some(({ address }) => address === wanted)) continue;
    if (family === 6) return `::%${name}`;
    const ipv4 = addresses.find((address) => address.family === "IPv4");
    if (ipv4 !== undefined) return ipv4.address;
  }
  throw new Error(`there is no interface ${wanted} with an IPv${family} address`);
}
