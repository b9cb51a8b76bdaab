/**
 * `node test/bench/channels.js [CHANNELS [SECONDS]]`: many channels in one process, live, by default 20 for five minutes: CPU,
 * memory and delay of the event loop, and whether anything was lost.
 *
 * One `simulate` feeds all channels over loopback UDP, each with its three renditions and two sounds; a client fetches every
 * segment of every track, and `/metrics` is read each second, as a Prometheus does at most. Needs a build.
 */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const channels = Number(process.argv[2] ?? 20);
const seconds = Number(process.argv[3] ?? 300);
const TRACKS = ["v1", "v2", "v3", "a1", "a2"];
/** The window fills meanwhile, and memory grows. */
const SETTLING_SECONDS = Number(process.argv[4] ?? 70);

const folder = mkdtempSync(join(tmpdir(), "mqa-packager-bench-"));
const children = [];
try {
  await bench();
} finally {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}

async function bench() {
  const ports = [];
  for (let n = 0; n < channels; n++) ports.push(await freeUdpPort());
  const config = join(folder, "config.yaml");
  const list = ports.map((port, n) => `  - { name: c${n}, inputs: ["udp://127.0.0.1:${port}"], segment: 1.92s }`);
  writeFileSync(config, `listen: 127.0.0.1:0\nchannels:\n${list.join("\n")}\n`);
  const packager = start("run", config);
  const base = await listening(packager);
  const source = start("simulate", "--out", ...ports.map((port) => `udp://127.0.0.1:${port}`));
  source.stdout.resume();
  const fetched = { segments: 0, bytes: 0, failures: 0 };
  const client = new AbortController();
  void follow(base, fetched, client.signal);
  await sleep(SETTLING_SECONDS * 1000);
  const samples = [];
  const before = await metrics(base);
  const begun = performance.now();
  while (performance.now() - begun < seconds * 1000) {
    await sleep(1000);
    samples.push(await metrics(base));
  }
  const elapsed = (performance.now() - begun) / 1000;
  client.abort();
  const after = samples.at(-1);
  const difference = (name) => sum(after, name) - sum(before, name);
  const of = (name) => samples.map((sample) => sum(sample, name)).sort((a, b) => a - b);
  const show = (values, scale, digits) =>
    [0.5, 0.99, 1]
      .map((q) => (values[Math.min(values.length - 1, Math.floor(q * values.length))] * scale).toFixed(digits))
      .join(" / ");
  console.log(
    `${channels} channels of ${TRACKS.length} tracks, ${elapsed.toFixed(0)} s after ${SETTLING_SECONDS} s to settle`,
  );
  console.log(`input: ${((difference("mqa_packager_input_bytes_total") * 8) / elapsed / 1e6).toFixed(1)} Mb/s`);
  console.log(`CPU: ${((difference("process_cpu_seconds_total") / elapsed) * 100).toFixed(1)} % of a core`);
  console.log(`memory, MB (p50 / p99 / most): ${show(of("process_resident_memory_bytes"), 1e-6, 0)}`);
  console.log(
    `event loop delay, p50 of each second, ms (p50 / p99 / most): ${show(of("nodejs_eventloop_lag_p50_seconds"), 1e3, 1)}`,
  );
  console.log(
    `event loop delay, p99 of each second, ms (p50 / p99 / most): ${show(of("nodejs_eventloop_lag_p99_seconds"), 1e3, 1)}`,
  );
  console.log(
    `segments: ${difference("mqa_packager_segments_total")} published, ${fetched.segments} fetched (${(fetched.bytes / 1e6).toFixed(0)} MB), ${fetched.failures} failures`,
  );
  console.log(
    `segments missing: ${difference("mqa_packager_segments_missing_total")}, pictures lost: ${difference("mqa_packager_pictures_lost_total")}, problems: ${difference("mqa_packager_problems_total")}`,
  );
}

/** Fetches every segment of every track as it comes. */
async function follow(base, fetched, signal) {
  const next = new Map();
  while (!signal.aborted) {
    for (let n = 0; n < channels; n++) {
      for (const track of TRACKS) {
        const path = `${base}/c${n}/${track}/`;
        const response = await fetch(`${path}index.m3u8`, { signal }).catch(() => undefined);
        const uris = response?.ok
          ? [...(await response.text()).matchAll(/^(\d+)\.m4s$/gm)].map(([, number]) => Number(number))
          : [];
        for (const number of uris.filter((one) => one > (next.get(path) ?? uris.at(-1) - 1))) {
          const segment = await fetch(`${path}${number}.m4s`, { signal }).catch(() => undefined);
          if (signal.aborted) return;
          fetched.bytes += (await segment.arrayBuffer()).byteLength;
          if (segment.ok) fetched.segments++;
          else fetched.failures++;
          next.set(path, number);
        }
      }
    }
    await sleep(200);
  }
}

function start(...parameters) {
  const child = spawn(process.execPath, [MAIN, ...parameters], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  return child;
}

/** Where it serves. */
async function listening(packager) {
  let text = "";
  return new Promise((resolve) => {
    packager.stdout.setEncoding("utf8").on("data", (chunk) => {
      if (text.includes('"serving"')) return;
      text += chunk;
      const port = /"port":(\d+).*"serving"/.exec(text)?.[1];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`);
    });
  });
}

async function metrics(base) {
  const text = await (await fetch(`${base}/metrics`)).text();
  return [...text.matchAll(/^(\w+)(?:\{.*\})? (\S+)$/gm)].map(([, name, value]) => [name, Number(value)]);
}

function sum(sample, name) {
  return sample.reduce((total, [one, value]) => (one === name ? total + value : total), 0);
}

async function freeUdpPort() {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}
