/**
 * `node test/bench/waiters.js [CLIENTS]`: how long until all clients that wait in a blocking reload have their playlist, and how long the server
 * was busy with nothing else. Server and clients are processes of their own on loopback; each client has a connection of its own. The
 * reference is the same number of bytes written to the same connections with nothing around it.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const clients = Number(process.argv[2] ?? 10_000);
const ROUNDS = 5;

// Below the project, so that packages are found.
const folder = mkdtempSync(join(ROOT, "node_modules/.bench-"));
const bundle = await rolldown({ input: join(ROOT, "test/bench/waiters-stage.ts"), platform: "node" });
const file = join(folder, "waiters-stage.mjs");
await bundle.write({ file });
const server = spawn(process.execPath, [file], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
try {
  const [{ port, first }] = await once(server, "message");
  const sockets = await open(port);
  for (let round = 0; round < ROUNDS; round++) {
    const { took, bytes } = await wake(sockets, first, round);
    const { longest } = await ask("longest");
    const reference = await timed(sockets, "reference");
    console.log(
      `${clients} clients had ${(bytes / 1e6).toFixed(1)} MB in ${took.toFixed(0)} ms, ${(took / reference.took).toFixed(1)} times what the same bytes take written to the same sockets (${reference.took.toFixed(0)} ms); the loop was held ${longest.toFixed(0)} ms at most`,
    );
  }
  for (const socket of sockets) socket.destroy();
} finally {
  server.kill();
  rmSync(folder, { recursive: true, force: true });
}

/** A few hundred connections at a time: a server accepts no more at once. */
async function open(port) {
  const sockets = [];
  while (sockets.length < clients) {
    const some = Array.from({ length: Math.min(200, clients - sockets.length) }, () => connect(port, "127.0.0.1"));
    await Promise.all(some.map((socket) => once(socket, "connect")));
    sockets.push(...some);
  }
  return sockets;
}

/** Lets all wait for the next part, publishes it, and reads all answers. */
async function wake(sockets, first, round) {
  const path = `/news/v1/index.m3u8?_HLS_msn=${first + (round >> 2)}&_HLS_part=${round & 3}`;
  for (const socket of sockets) socket.write(`GET ${path} HTTP/1.1\r\nHost: bench\r\nAccept-Encoding: gzip\r\n\r\n`);
  while ((await ask("count")).count < clients) await sleep(100);
  await sleep(500);
  return timed(sockets, "publish");
}

/** How long until each socket has a whole response, in milliseconds. */
async function timed(sockets, what) {
  const answered = Promise.all(sockets.map(readResponse));
  const begun = performance.now();
  server.send(what);
  const sizes = await answered;
  const took = performance.now() - begun;
  return { took, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** Bytes of the next response on a socket. */
async function readResponse(socket) {
  let size = 0;
  let left;
  while (left === undefined || left > 0) {
    const [chunk] = await once(socket, "data");
    size += chunk.length;
    if (left === undefined) {
      const head = chunk.toString("latin1");
      left = Number(/Content-Length: (\d+)/.exec(head)[1]) + head.indexOf("\r\n\r\n") + 4;
    }
    left -= chunk.length;
  }
  return size;
}

async function ask(what) {
  server.send(what);
  return (await once(server, "message"))[0];
}
