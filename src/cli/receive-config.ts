import type { ListenAddress } from "../config/listen-address.ts";

/** What the command `receive` does. */
export type ReceiveConfig = {
  readonly listen: ListenAddress;
  /** The folder below which objects are stored. */
  readonly out: string;
  /** The value of `Authorization` that requests must have. */
  readonly authorization?: string;
};
