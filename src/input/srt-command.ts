import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { ConfigError } from "../problem/config-error.ts";
import { hostPort } from "./describe-input.ts";
import type { SrtInputUrl } from "./srt-url.ts";

/** From Debian's srt-tools; 1.5.1 and later. */
const PROGRAM = "srt-live-transmit";

/**
 * Two programs, each of which becomes the next: the kernel ends the child when this process dies, however it dies
 * (else a listener would hold its port until the next sender), and its standard output is not buffered (else the last
 * 4 KiB of what was received would wait for more).
 */
const LAUNCHER = ["setpriv", "--pdeathsig", "TERM", "stdbuf", "--output=0"] as const;

/** Where the child has the pipe for its statistics. */
const STATISTICS_FD = 3;

/**
 * A report of the statistics comes with each so many packets: one a second at 0.5 Mb/s, a hundred at 50 Mb/s. Before
 * the 80 reports that a pipe holds the packets fill standard output, so that reports never are what the child waits
 * for.
 */
const PACKETS_PER_REPORT = 50;

/**
 * Checks that SRT inputs can be opened on this machine.
 *
 * @throws ConfigError - when srt-live-transmit is not on the PATH.
 */
export function assertSrtAvailable(): void {
  const found = (process.env["PATH"] ?? "").split(delimiter).some((folder) => isExecutable(join(folder, PROGRAM)));
  if (!found) throw new ConfigError("input", "srt://", `SRT needs ${PROGRAM} on the PATH (Debian package srt-tools)`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether the launcher's programs are here (util-linux and coreutils have them; busybox does not). */
export function canLaunch(): boolean {
  const [program, ...launcherArguments] = LAUNCHER;
  return spawnSync(program, [...launcherArguments, "true"], { stdio: "ignore" }).status === 0;
}

/**
 * The command that receives one SRT connection on standard output and ends with it.
 *
 * Its own reconnecting is off: without it every end of a connection is an end of the process, and the one who starts
 * it decides when to try again (it would at once, a hundred times a second against a peer that refuses). Not `-quiet`,
 * as it then does not say when a peer has gone.
 *
 * Each report of the statistics counts from the one before.
 *
 * The passphrase is among the arguments, as it can be given in no other way: users of this machine can see it.
 *
 * @param statistics - Whether the child's descriptor 3 is a pipe that takes statistics, a line of JSON each.
 */
export function srtCommand(
  url: SrtInputUrl,
  launcher: boolean,
  statistics = false,
): readonly [program: string, ...rest: string[]] {
  const parameters = [
    `mode=${url.mode}`,
    ...(url.mode === "listener" && url.host.includes(":") ? ["ipv6only=0"] : []),
    ...(url.passphrase === undefined ? [] : [`passphrase=${url.passphrase}`]),
    ...(url.pbkeylen === undefined ? [] : [`pbkeylen=${url.pbkeylen}`]),
    ...(url.latency === undefined ? [] : [`latency=${url.latency}`]),
    ...(url.streamid === undefined ? [] : [`streamid=${url.streamid}`]),
  ];
  const source = `srt://${hostPort(url.host, url.port)}?${parameters.join("&")}`;
  const reports = [`-statsout:/dev/fd/${STATISTICS_FD}`, "-statspf:json", `-stats:${PACKETS_PER_REPORT}`];
  const options = ["-autoreconnect:no", "-loglevel:warn", ...(statistics ? reports : [])];
  const command = [PROGRAM, ...options, source, "file://con"] as const;
  return launcher ? [...LAUNCHER, ...command] : command;
}
