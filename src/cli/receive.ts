import { Command } from "commander";
import { readCredentials } from "../config/credentials.ts";
import { parseListen } from "../config/listen-address.ts";
import { ConfigError } from "../problem/config-error.ts";
import type { ReceiveConfig } from "./receive-config.ts";
import { untilSignal } from "./until-signal.ts";

type ReceiveFlags = {
  readonly listen: string;
  readonly out: string;
  readonly credentials?: string;
};

const HELP = `
Where things are:
  PUT, POST, DELETE, GET   /any/path/v1/897.cmfv, /any/path/Streams(v1.cmfv)
  GET /api/tracks          what has come of each track, and what was wrong with it, as JSON
  GET /                    the same as text

Example:
  mqa-packager receive --listen :8081 --out received
  mqa-packager run --channel news --input srt://:9000 --push http://127.0.0.1:8081/ingest/news/
`;

/** The command `receive`: a receiver of DASH-IF live ingest until SIGTERM or SIGINT. */
export function receiveCommand(): Command {
  return new Command("receive")
    .summary("receive what encoders and packagers push, for trying")
    .description("Receive segments by DASH-IF live ingest, say what is wrong with them, store and serve them.")
    .requiredOption("-l, --listen <host:port>", "address to listen on; without a host 127.0.0.1")
    .requiredOption("-o, --out <folder>", "where objects are stored")
    .option("--credentials <where>", "that requests must have, user:password or Bearer TOKEN: env:NAME or file:PATH")
    .addHelpText("after", HELP)
    .action(async (flags: ReceiveFlags) => {
      const config = parseReceive(flags);
      // Loaded when needed, so that the other commands start without them.
      const { runReceiver } = await import("./receive-service.ts");
      const { openLog } = await import("../observe/log.ts");
      await runReceiver(config, await openLog({ level: "info", format: "auto" }), untilSignal());
    });
}

/** @throws ConfigError */
export function parseReceive({ listen, out, credentials }: ReceiveFlags): ReceiveConfig {
  if (out === "") throw new ConfigError("--out", out, "it must be a folder");
  return {
    // Who may send here may fill the disk: the world has to be asked for.
    listen: parseListen("--listen", listen.startsWith(":") ? `127.0.0.1${listen}` : listen),
    out,
    ...(credentials !== undefined && { authorization: readCredentials("--credentials", credentials) }),
  };
}
