import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { packageRoot } from "../package-root.ts";
import { parseFault } from "./fault-option.ts";
import { parseControl } from "./rain-options.ts";
import { untilSignal } from "./until-signal.ts";

const main = fileURLToPath(new URL("dist/main.js", packageRoot));

type DemoFlags = {
  readonly listen: string;
  readonly lowLatency?: true;
  readonly fault?: readonly string[];
  readonly control?: string;
};

/** The command `demo`: a live channel fed over loopback UDP by the simulator, with nothing else needed. */
export function demoCommand(): Command {
  return new Command("demo")
    .summary("serve a simulated live channel")
    .description("Serve a live channel that the simulator feeds over loopback UDP, and print where it plays.")
    .option("-l, --listen <host:port>", "address to serve HTTP on", "127.0.0.1:8080")
    .option("--low-latency", "publish segments in parts of half a second while they are made")
    .option("--fault <spec...>", "what is to go wrong, and when, as simulate has it: rain@20s+30s=2%")
    .option("--control <host:port>", "where the rain on the demo can be changed over HTTP, as simulate has it")
    .action(async ({ listen, lowLatency, fault = [], control }: DemoFlags) => {
      fault.forEach(parseFault);
      if (control !== undefined) parseControl(control);
      const udpPort = await freeUdpPort();
      const channel = {
        name: "demo",
        inputs: [`udp://127.0.0.1:${udpPort}`],
        // The simulator's loop and its GOPs are multiples of 1.92 s.
        segment: "1.92s",
        lowLatency: lowLatency && {},
      };
      // Loaded when needed, so that the other commands start without an HTTP server.
      const { runConfigSchema } = await import("../config/run-config.ts");
      const { flagSettings, readSettings } = await import("../config/settings.ts");
      const config = readSettings(
        runConfigSchema,
        flagSettings({ listen, channels: [channel] }, { listen: "--listen" }),
      );
      const { runService } = await import("./service.ts");
      const { openLog } = await import("../observe/log.ts");
      const stop = new AbortController();
      const signal = AbortSignal.any([untilSignal(), stop.signal]);
      const simulatorOptions = [
        ...["--out", `udp://127.0.0.1:${udpPort}`],
        ...(fault.length > 0 ? ["--fault", ...fault] : []),
        ...(control === undefined ? [] : ["--control", control]),
      ];
      const simulator = spawn(process.execPath, [main, "simulate", ...simulatorOptions], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      simulator.once("exit", () => stop.abort());
      try {
        await runService(config, await openLog({ level: "warn", format: "auto" }), signal, { onListening: announce });
      } finally {
        if (simulator.exitCode === null && simulator.signalCode === null) {
          simulator.kill();
          await once(simulator, "exit");
        }
      }
    });
}

function announce(port: number): void {
  const base = `http://localhost:${port}`;
  process.stdout.write(
    [
      "A simulated live channel is on the air; its first segments come within ten seconds.",
      `  page  ${base}/`,
      `  HLS   ${base}/demo/index.m3u8`,
      `  DASH  ${base}/demo/manifest.mpd`,
      "Ctrl-C ends it.",
      "",
    ].join("\n"),
  );
}

/** A UDP port that nobody uses now. */
async function freeUdpPort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}
