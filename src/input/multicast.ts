import type { Socket } from "node:dgram";
import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";
import type { UdpInputUrl } from "./udp-url.ts";

/**
 * The address to bind a socket to: a group itself, as bound to any address Linux would deliver every group that anyone
 * on this machine has joined; for IPv6 within its interface, without which narrower scopes have no meaning.
 *
 * @throws Error - when the interface is not there (now: it may come).
 */
export function bindAddress(url: UdpInputUrl): string {
  if (!url.multicast || url.family === 4 || url.interface === undefined) return url.address;
  return `${url.address}%${findInterface(url.interface, 6).name}`;
}

/**
 * Joins the group of a URL on a bound socket; does nothing where it is no group.
 *
 * @throws Error - the system's, or when the interface is not there.
 */
export function joinGroup(socket: Socket, url: UdpInputUrl): void {
  if (!url.multicast) return;
  const on = url.interface === undefined ? undefined : joinInterface(url.interface, url.family);
  if (url.source === undefined) socket.addMembership(url.address, on);
  else socket.addSourceSpecificMembership(url.source, url.address, on);
}

/** What a join takes: for IPv4 an address of the interface, for IPv6 its name as a zone. */
function joinInterface(wanted: string, family: 4 | 6): string {
  if (family === 6) return `::%${findInterface(wanted, 6).name}`;
  return isIPv4(wanted) ? wanted : findInterface(wanted, 4).address;
}

/** @param wanted - Name of an interface or one of its addresses. */
function findInterface(wanted: string, family: 4 | 6): { readonly name: string; readonly address: string } {
  for (const [name, addresses = []] of Object.entries(networkInterfaces())) {
    if (name !== wanted && !addresses.some(({ address }) => address === wanted)) continue;
    const usable = addresses.find((entry) => entry.family === `IPv${family}`);
    if (usable !== undefined) return { name, address: usable.address };
  }
  throw new Error(`there is no interface ${wanted} with an IPv${family} address`);
}
