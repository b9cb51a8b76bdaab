import type { HttpLimits } from "../http/http-server.ts";

export const receiveLimits: HttpLimits = {
  /** A request may last as long as its segment is made, which is 30 s at most, and a slow network longer. */
  requestTimeout: 120_000,
  /** Each may have a megabyte of boxes in memory. Two packagers of ten tracks and a few players have fifty. */
  maxConnections: 256,
};
