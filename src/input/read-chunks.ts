import { closeSync, constants, fstatSync, openSync, read, readSync, type Stats, statSync } from "node:fs";
import { Socket } from "node:net";
import { addAbortSignal, type Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { ConfigError } from "../problem/config-error.ts";

const readFd = promisify(read);

/** Few enough calls to cost nothing, small enough that memory follows what is kept of a file, not the file. */
const CHUNK_BYTES = 1024 * 1024;

/** How often an empty named pipe is looked at until somebody writes. */
const WRITER_POLL_MS = 50;

/** The path that stands for standard input. */
export const STDIN_PATH = "-";

/**
 * Reads a file, a named pipe or (`-`) standard input from where it stands to its end.
 *
 * A chunk holds until the next one is asked for. From a file chunks are 1 MiB, the next one being read while one is
 * worked on, in two pieces of memory by turns: a fresh one for each would cost more than reading it.
 *
 * @param signal - Ends the reading early, without an error, also while a pipe has nothing to give.
 * @throws ConfigError - before the first chunk, where there is nothing to read at the path.
 * @throws Error - the system's, where reading fails later.
 */
export async function* readChunks(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  if (path !== STDIN_PATH) {
    assertReadable(path);
    yield* readOpened(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), signal);
  } else if (fstatSync(0).isFile()) {
    yield* readFile(0, signal);
  } else {
    yield* readStream(process.stdin, signal);
  }
}

/**
 * Checks that {@link readChunks} can open a path.
 *
 * @throws ConfigError
 */
export function assertReadable(path: string): void {
  let stats: Stats;
  try {
    stats = statSync(path);
    if (stats.isFile()) closeSync(openSync(path, constants.O_RDONLY));
  } catch (error) {
    throw new ConfigError("input", path, `it cannot be read (${error instanceof Error ? error.message : error})`);
  }
  if (!stats.isFile() && !stats.isFIFO()) throw new ConfigError("input", path, "it must be a file or a named pipe");
}

async function* readOpened(fd: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  if (!fstatSync(fd).isFile()) {
    yield* readPipe(fd, signal);
    return;
  }
  try {
    yield* readFile(fd, signal);
  } finally {
    closeSync(fd);
  }
}

async function* readFile(fd: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const memories = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)] as const;
  let turn = 0;
  const readNext = (): Promise<Uint8Array> => readChunk(fd, memories[turn++ % 2 === 0 ? 0 : 1]);
  let next = readNext();
  try {
    while (signal?.aborted !== true) {
      const chunk = await next;
      if (chunk.length === 0) return;
      next = readNext();
      // Its failure is met where it is awaited, which may be long after it happened.
      next.catch(() => undefined);
      yield chunk;
    }
  } finally {
    // The descriptor may be closed only once nothing reads from it.
    await next.catch(() => undefined);
  }
}

async function readChunk(fd: number, memory: Buffer): Promise<Uint8Array> {
  const { bytesRead } = await readFd(fd, memory, 0, CHUNK_BYTES, null);
  return new Uint8Array(memory.buffer, 0, bytesRead);
}

/**
 * A pipe opened without blocking is at its end while nobody has it open for writing, so that is waited for first.
 * (A blocking open would hold one of Node's few worker threads for as long.)
 */
async function* readPipe(fd: number, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  const memory = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let length = 0;
  while (length === 0 && signal?.aborted !== true) {
    const read = readAvailable(fd, memory);
    if (read === undefined) break;
    length = read;
    if (length === 0) await sleep(WRITER_POLL_MS);
  }
  const stream = new Socket({ fd, readable: true, writable: false });
  if (length > 0) yield new Uint8Array(memory.buffer, 0, length);
  yield* readStream(stream, signal);
}

/** Bytes read: 0 where nobody writes to the pipe, undefined where somebody does but has written nothing. */
function readAvailable(fd: number, memory: Uint8Array): number | undefined {
  try {
    return readSync(fd, memory);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return undefined;
    throw error;
  }
}

async function* readStream(stream: Readable, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  if (signal !== undefined) addAbortSignal(signal, stream);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      yield new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    }
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
}
