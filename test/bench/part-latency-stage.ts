/**
 * How long after the last transport packet of a part the part has reached a client that waits for it: run by `part-latency.js`.
 *
 * The simulator's stream goes over loopback UDP to a packager of its own process. A second pipeline in this process takes each datagram
 * just before it is sent: what it publishes then is what the packager can publish when that datagram arrives, no sooner. A client
 * asks for each part before it is there, on a connection of its own for each track.
 */
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ChannelPipeline } from "../../src/pipeline.ts";
import { defaultQualityOptions } from "../../src/quality/quality-options.ts";
import { DEFAULT_SAMPLE } from "../../src/simulate/default-sample.ts";
import { LiveSource } from "../../src/simulate/live-source.ts";
import { readSample } from "../../src/simulate/sample.ts";
import { type Milliseconds, toTicks } from "../../src/time/units.ts";

const UDP_PORT = 5391;
const HTTP_PORT = 8391;
const SEGMENT = "1.92s";
const DATAGRAM_BYTES = 1316;
const WARM_UP_SECONDS = 12;

/** @param root - The project's folder. @param seconds - How long to measure. */
export async function run(root: string, seconds: number): Promise<void> {
  const packager = spawn(
    process.execPath,
    [
      join(root, "dist/main.js"),
      ...["run", "--channel", "bench", "--input", `udp://127.0.0.1:${UDP_PORT}`, "--segment", SEGMENT],
      ...["--low-latency", "--part", "0.5s", "--listen", `127.0.0.1:${HTTP_PORT}`],
    ],
    { stdio: "ignore" },
  );
  const stop = new AbortController();
  try {
    await sleep(1500);
    const sent = new Map<string, number>();
    const feeding = feed(sent, stop.signal);
    await sleep(WARM_UP_SECONDS * 1000);
    const latencies = await measure(sent, seconds);
    stop.abort();
    await feeding;
    report(latencies, seconds);
  } finally {
    stop.abort();
    packager.kill();
    await once(packager, "exit");
  }
}

/** Sends the simulator's stream in real time, and notes when the datagram was sent that completes each part. */
async function feed(sent: Map<string, number>, signal: AbortSignal): Promise<void> {
  const now = (): Milliseconds => Date.now() as Milliseconds;
  const source = new LiveSource(readSample(readFileSync(DEFAULT_SAMPLE), DEFAULT_SAMPLE), toTicks(now()));
  const socket = createSocket("udp4");
  socket.connect(UDP_PORT, "127.0.0.1");
  await once(socket, "connect");
  const twin = new ChannelPipeline({
    ...{
      name: "twin",
      segmentDuration: 1920 as Milliseconds,
      lowLatency: { part: 500 as Milliseconds, missing: "empty" },
      window: 60_000 as Milliseconds,
    },
    ...{ joinsLive: true, retainBodies: false, programs: [undefined], quality: defaultQualityOptions },
    onProblem: () => {},
  });
  let newest: readonly string[] = [];
  twin.store.onChange(() => {
    for (const { track, open, segments } of twin.store.snapshot()?.tracks ?? []) {
      const parts = open?.parts ?? segments.at(-1)?.parts ?? [];
      newest = [...newest, ...parts.map(({ number, index }) => `${track.id} ${number}.${index}`)];
    }
  });
  let rest = Buffer.alloc(0);
  while (!signal.aborted) {
    rest = Buffer.concat([rest, ...source.advance(toTicks(now())).map(({ packets }) => packets)]);
    for (; rest.length >= DATAGRAM_BYTES; rest = rest.subarray(DATAGRAM_BYTES)) {
      const datagram = rest.subarray(0, DATAGRAM_BYTES);
      newest = [];
      twin.push(0, datagram, now());
      const time = performance.now();
      socket.send(datagram);
      for (const name of newest) if (!sent.has(name)) sent.set(name, time);
    }
    await sleep(2);
  }
  socket.close();
}

/** Asks for each part of each track as soon as the one before has come; for how long each was late, in milliseconds. */
async function measure(sent: ReadonlyMap<string, number>, seconds: number): Promise<readonly number[]> {
  const latencies: number[] = [];
  const end = performance.now() + seconds * 1000;
  await Promise.all(
    ["v1", "v2", "v3", "a1", "a2"].map(async (track) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      let next = await hinted(track, agent);
      while (performance.now() < end) {
        const status = await fetchWhole(`/bench/${track}/${next}.m4s`, agent);
        const arrived = performance.now();
        const left = sent.get(`${track} ${next}`);
        if (status === 200 && left !== undefined) latencies.push(arrived - left);
        const [number, index] = next.split(".").map(Number) as [number, number];
        // A part that will not come is answered with 404 when the next segment begins.
        next = status === 200 && index < 3 ? `${number}.${index + 1}` : `${number + 1}.0`;
        if (status !== 200 && index < 3) next = await hinted(track, agent);
      }
      agent.destroy();
    }),
  );
  return latencies;
}

/** The name of the part that the playlist hints at. */
async function hinted(track: string, agent: Agent): Promise<string> {
  const text = await fetchText(`/bench/${track}/index.m3u8`, agent);
  const [, name] = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)\.m4s"/.exec(text) ?? [];
  if (name === undefined) throw new Error(`no part is hinted at:\n${text}`);
  return name;
}

async function fetchText(path: string, agent: Agent): Promise<string> {
  const chunks: Buffer[] = [];
  await fetchWhole(path, agent, (chunk) => chunks.push(chunk));
  return Buffer.concat(chunks).toString();
}

function fetchWhole(path: string, agent: Agent, onChunk: (chunk: Buffer) => void = () => {}): Promise<number> {
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port: HTTP_PORT, path, agent }, (response) => {
      response.on("data", onChunk);
      response.once("end", () => resolve(response.statusCode!));
      response.once("error", reject);
    }).once("error", reject);
  });
}

function report(latencies: readonly number[], seconds: number): void {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN).toFixed(2);
  console.log(
    `${sorted.length} parts in ${seconds} s, from their last packet until a waiting client had them: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`,
  );
}
