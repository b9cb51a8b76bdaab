import { ConfigError } from "../problem/config-error.ts";

/** Where to listen. */
export type ListenAddress = { readonly host: string; readonly port: number };

/** @throws ConfigError */
export function parseListen(option: string, text: string): ListenAddress {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) {
    throw new ConfigError(option, text, "it must be HOST:PORT such as 0.0.0.0:8080, [::]:8080 or :8080");
  }
  return { host: match[1] ?? (match[2] === "" ? "0.0.0.0" : (match[2] ?? "0.0.0.0")), port };
}
