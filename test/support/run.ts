import { type ExecFileOptions, execFile } from "node:child_process";

/** What is shown of a program's complaints. */
const MESSAGE_LENGTH = 1000;

/** How a program ended. */
export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Longer than any program of the tests runs, even on a machine that is busy with other things. */
const TIMEOUT_MS = 120_000;

/** Runs a program to its end. Only a program that cannot be started, or is killed, is an error. */
export function run(program: string, parameters: readonly string[], options: ExecFileOptions = {}): Promise<Outcome> {
  const settings = { timeout: TIMEOUT_MS, maxBuffer: 1 << 28, ...options, encoding: "utf8" as const };
  return new Promise((resolve, reject) => {
    const child = execFile(program, parameters, settings, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === "number") resolve({ code, stdout, stderr });
      else reject(error);
    });
    child.stdin?.end();
  });
}

/** Runs a program that must end well and have nothing to say on its standard error. */
export async function runQuietly(program: string, parameters: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(program, parameters);
  if (code !== 0 || stderr !== "") {
    throw new Error(`${program} ${parameters.join(" ")} ended with ${code}: ${stderr.slice(0, MESSAGE_LENGTH)}`);
  }
  return stdout;
}

/** Runs ffmpeg, which must find no fault with anything. */
export async function ffmpeg(...parameters: readonly string[]): Promise<string> {
  return runQuietly("ffmpeg", ["-nostdin", "-v", "error", "-y", ...parameters]);
}
