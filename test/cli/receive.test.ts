import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { parseReceive } from "../../src/cli/receive.ts";
import { runReceiver } from "../../src/cli/receive-service.ts";
import type { Logger } from "../../src/observe/log.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const folder = temporaryFolder();
const out = join(folder, "out");

afterEach(() => vi.unstubAllEnvs());

/** What was logged, without what is done with it. */
function fakeLog(): { readonly log: Logger; readonly lines: [fields: Record<string, unknown>, message: string][] } {
  const lines: [Record<string, unknown>, string][] = [];
  const write = (fields: Record<string, unknown>, message: string): void => void lines.push([fields, message]);
  return { log: { info: write, warn: write, error: write } as unknown as Logger, lines };
}

test("an address and a folder are enough; without a host it is this machine alone", () => {
  expect(parseReceive({ listen: ":8081", out })).toEqual({ listen: { host: "127.0.0.1", port: 8081 }, out });
  expect(parseReceive({ listen: "0.0.0.0:1", out }).listen.host).toBe("0.0.0.0");
  vi.stubEnv("RECEIVE_SECRET", "u:p");
  const { authorization } = parseReceive({ listen: ":1", out, credentials: "env:RECEIVE_SECRET" });
  expect(authorization).toBe("Basic dTpw");
});

test.for([
  [{ listen: "8081", out }, '--listen: "8081" is not allowed; it must be HOST:PORT'],
  [{ listen: ":65536", out }, '--listen: "127.0.0.1:65536" is not allowed'],
  [{ listen: ":1", out: "" }, '--out: "" is not allowed; it must be a folder'],
  [{ listen: ":1", out, credentials: "geheim" }, '--credentials: "…" is not allowed; it must be env:NAME or file:PATH'],
  [{ listen: ":1", out, credentials: "env:NONE_SUCH" }, '--credentials: "env:NONE_SUCH" is not allowed; there must be'],
] as const)("%j is refused", ([flags, message]) => {
  expect(() => parseReceive(flags)).toThrow(message);
});

test("a folder that cannot be made, and an address that is taken, are refused", async () => {
  const { log, lines } = fakeLog();
  const { signal } = new AbortController();
  const file = join(folder, "file");
  writeFileSync(file, "");
  const listen = { host: "127.0.0.1", port: 0 };
  // Which of the two Node.js says depends on its version.
  await expect(runReceiver({ listen, out: join(file, "x") }, log, signal)).rejects.toThrow(
    /^--out: ".*" is not allowed; it must be a folder that can be written \((?:ENOTDIR|EEXIST)\)$/,
  );
  const other = createServer();
  await once(other.listen(0, "127.0.0.1"), "listening");
  const { port } = other.address() as AddressInfo;
  await expect(runReceiver({ listen: { ...listen, port }, out }, log, signal)).rejects.toThrow(
    /^--listen: "127.0.0.1:\d+" is not allowed; it must be an address that is free \(.*EADDRINUSE.*\)$/,
  );
  other.close();
  expect(lines).toEqual([]);
});

test("it logs each object, each problem once with what it means, and the sum at the end", async () => {
  mkdirSync(out, { recursive: true });
  const { log, lines } = fakeLog();
  const stop = new AbortController();
  const running = runReceiver({ listen: { host: "127.0.0.1", port: 0 }, out }, log, stop.signal);
  const { port } = await until("it to listen", () => lines.find(([, message]) => message === "receiving")?.[0]);
  for (const body of ["<MPD/>", "<MPD />", "<MPD />"])
    await fetch(`http://127.0.0.1:${port as number}/x/1.mpd`, { method: "PUT", body });
  stop.abort();
  await running;
  const problems = { "ingest-header-missing": 3, repeated: 1 };
  expect(lines.slice(1)).toMatchObject([
    [{ code: "ingest-header-missing", track: "x/1.mpd", count: 1, meaning: expect.any(String) }, "problem"],
    [{ path: "x/1.mpd", bytes: 6, status: 200 }, "object"],
    [{ path: "x/1.mpd", bytes: 7, status: 200 }, "object"],
    [{ code: "repeated", track: "x/1.mpd" }, "problem"],
    [{ path: "x/1.mpd", bytes: 7, status: 200 }, "object"],
    [{ code: "ingest-header-missing", track: "x/1.mpd", count: 2 }, "problem"],
    [{ tracks: 1, objects: 3, bytes: 20, problems }, "received"],
  ]);
});
