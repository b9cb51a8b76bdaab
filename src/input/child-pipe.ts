import { spawnSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** A pipe that a child process can open by the path of its descriptor (`/dev/fd/N`). */
export type ChildPipe = {
  /** Ends when nobody has the other end open any more. */
  readonly reader: Readable;
  /** A descriptor to hand to the child; to be closed here once the child has it, else the reader never ends. */
  readonly writeEnd: number;
};

/**
 * Makes a pipe. What Node makes of `stdio: "pipe"` is a socket, which cannot be opened by a path, and it has no call
 * for a pipe: so a named pipe is made and loses its name before this returns.
 *
 * @throws Error - the system's, or mkfifo's.
 */
export function openChildPipe(): ChildPipe {
  const folder = mkdtempSync(join(tmpdir(), "mqa-packager-"));
  try {
    const path = join(folder, "pipe");
    const { status, stderr, error } = spawnSync("mkfifo", [path], { encoding: "utf8" });
    if (error !== undefined) throw error;
    if (status !== 0) throw new Error(stderr.trim());
    // The reader first: each opens without waiting for the other only so.
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const writeEnd = openSync(path, constants.O_WRONLY);
      return { reader: new Socket({ fd: readEnd, readable: true, writable: false }), writeEnd };
    } catch (error) {
      closeSync(readEnd);
      throw error;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
