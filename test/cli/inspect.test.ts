import { createSocket } from "node:dgram";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommanderError } from "commander";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { inspectCommand } from "../../src/cli/inspect.ts";
import { ConfigError } from "../../src/problem/config-error.ts";
import { payloadTypes } from "../../src/sei/payload-types.ts";
import { parseUuid, writeUserDataUnregistered } from "../../src/sei/user-data-unregistered.ts";
import { DEFAULT_SAMPLE } from "../../src/simulate/default-sample.ts";
import { pictures, remux } from "../inspect/streams.ts";

const sample = readFileSync(DEFAULT_SAMPLE);
const folder = mkdtempSync(join(tmpdir(), "inspect-"));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

let out = "";
let err = "";

beforeEach(() => {
  out = "";
  err = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += text;
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    err += text;
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
  for (const name of ["SIGINT", "SIGTERM"]) process.removeAllListeners(name);
  process.stdout.removeAllListeners("error");
});

/** Runs the command; returns the exit code it sets. */
async function run(...words: readonly string[]): Promise<typeof process.exitCode> {
  await inspectCommand().exitOverride().parseAsync(words, { from: "user" });
  const { exitCode } = process;
  process.exitCode = undefined;
  return exitCode;
}

describe("a file", () => {
  test("is reported as text, and the exit code stays 0", async () => {
    expect(await run(DEFAULT_SAMPLE)).toBeUndefined();
    expect(out.split("\n")[0]).toBe(DEFAULT_SAMPLE);
    for (const heading of ["CONTAINER", "PROGRAMMES", "VIDEO 0x0100", "AUDIO 0x0104", "PROBLEMS"]) {
      expect(out).toContain(`\n${heading}\n`);
    }
    expect(err).toBe("");
  });

  test("is reported as JSON with the same facts", async () => {
    expect(await run(DEFAULT_SAMPLE, "--json")).toBeUndefined();
    expect(JSON.parse(out)).toMatchObject({
      source: DEFAULT_SAMPLE,
      container: { bytes: sample.length, packetBytes: 188 },
      programs: [{ number: 1, chosen: true }],
      video: [{ pictures: 192 }, { pictures: 192 }, { pictures: 192 }],
      audio: [{ language: "eng" }, { language: "deu" }],
      problems: [],
    });
  });

  test("is read as far as --duration says, without calling that damage", async () => {
    const large = fileOf("large.m2ts", sample);
    await run(large, "--json", "--duration", "2s");
    const { video, problems } = JSON.parse(out);
    expect(video[0].pictures).toBeGreaterThan(30);
    expect(video[0].pictures).toBeLessThan(70);
    expect(problems).toEqual([]);
  });

  test("that is empty is an error in one line", async () => {
    const path = fileOf("empty.m2ts", "");
    expect(await run(path)).toBe(1);
    expect([out, err]).toEqual(["", `inspect: ${path} is empty\n`]);
  });

  test.for([
    ["a text", "This is a text.\n".repeat(1000)],
    ["random bytes", Uint8Array.from({ length: 100_000 }, (_, i) => (i * i * 31 + (i >> 3)) & 0xff)],
    ["one byte", Uint8Array.of(0x47)],
  ] as const)("that is %s gives a report and exit code 1", async ([name, content]) => {
    expect(await run(fileOf(`${name}.bin`, content))).toBe(1);
    expect(out).toContain("this is no transport stream");
    expect(err).toBe("");
  });

  test("without the programme asked for gives a report and exit code 1", async () => {
    expect(await run(DEFAULT_SAMPLE, "--program", "7")).toBe(1);
    expect(out).toContain("program-missing");
  });

  test("may name its programme in the URL, but the option counts", async () => {
    expect(await run(`${DEFAULT_SAMPLE}?program=7`)).toBe(1);
    expect(await run(`${DEFAULT_SAMPLE}?program=7`, "--program", "1")).toBeUndefined();
  });
});

describe("a command line that cannot work", () => {
  test.for([
    [["/nowhere/at/all.m2ts"], "cannot be read"],
    [[tmpdir()], "file or a named pipe"],
    [["http://example.com/"], "an input is"],
    [[DEFAULT_SAMPLE, "--program", "0"], "--program"],
    [[DEFAULT_SAMPLE, "--program", "65536"], "--program"],
    [[DEFAULT_SAMPLE, "--program", "one"], "--program"],
    [[DEFAULT_SAMPLE, "--duration", "soon"], "--duration"],
    [["udp://127.0.0.1:45000", "--duration", "-1s"], "--duration"],
    [[DEFAULT_SAMPLE, "--mqa-uuid", "xyz"], "--mqa-uuid"],
    [["srt://:9000?passphrase=short"], "passphrase"],
  ] as const)("%o is refused before anything is opened", async ([words, text]) => {
    const refused = run(...words);
    await expect(refused).rejects.toBeInstanceOf(ConfigError);
    await expect(refused).rejects.toThrow(text);
    expect(out).toBe("");
  });

  test.for([[[]], [[DEFAULT_SAMPLE, "--nonsense"]], [[DEFAULT_SAMPLE, DEFAULT_SAMPLE]]] as const)(
    "%o is wrong use",
    async ([words]) => {
      await expect(run(...words)).rejects.toBeInstanceOf(CommanderError);
    },
  );
});

describe("a UDP source", () => {
  /** A port that was free a moment ago. */
  async function freePort(): Promise<number> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    const { port } = socket.address();
    await new Promise<void>((resolve) => socket.close(() => resolve()));
    return port;
  }

  test("that sends nothing is an error in one line, after the duration", async () => {
    const url = `udp://127.0.0.1:${await freePort()}`;
    const started = performance.now();
    expect(await run(url, "--duration", "300ms")).toBe(1);
    expect(performance.now() - started).toBeGreaterThan(290);
    expect(out).toBe("");
    expect(err.split("\n").at(-2)).toBe(`inspect: no data from ${url} within 0.3 s`);
  });

  test("is looked at for the duration from its first byte on, and then left", async () => {
    const port = await freePort();
    const sender = createSocket("udp4");
    let sent = 0;
    const timer = setInterval(() => {
      for (let i = 0; i < 40; i++) {
        sender.send(
          sample.subarray(sent % (sample.length - 1316), (sent % (sample.length - 1316)) + 1316),
          port,
          "127.0.0.1",
        );
        sent += 1316;
      }
    }, 20);
    const started = performance.now();
    expect(await run(`udp://127.0.0.1:${port}?buffer=256KiB`, "--json", "--duration", "700ms")).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(5000);
    clearInterval(timer);
    sender.close();
    const { source, container, video } = JSON.parse(out);
    expect(source).toContain(`udp://127.0.0.1:${port}`);
    expect(container.bytes).toBeGreaterThan(200_000);
    expect(video).toHaveLength(3);
    expect(video[0].pictures).toBeGreaterThan(10);
  });

  test("is left on SIGINT, and reported as far as it came", async () => {
    const url = `udp://127.0.0.1:${await freePort()}`;
    const running = run(url, "--duration", "60s");
    setTimeout(() => process.emit("SIGINT"), 100);
    expect(await running).toBe(1);
    expect(err).toContain(`no data from ${url}\n`);
  });
});

test("further UUIDs mark quality messages", async () => {
  const uuids = ["00112233-4455-6677-8899-aabbccddeeff", "ffeeddcc-bbaa-9988-7766-554433221100"];
  const messages = uuids.map((uuid) => ({
    payloadType: payloadTypes.userDataUnregistered,
    payload: writeUserDataUnregistered({ uuid: parseUuid(uuid), data: new TextEncoder().encode("vmaf=80.0") }),
  }));
  const path = fileOf(
    "uuid.m2ts",
    remux(pictures(new Uint8Array(sample)), () => messages),
  );
  await run(path);
  expect(out).toContain("none under a known UUID (--mqa-uuid adds one)");
  out = "";
  await run("--mqa-uuid", "0011223344556677", "--mqa-uuid", uuids[1]!, path, "--json");
  expect(JSON.parse(out).video[0].quality).toMatchObject({ messages: 384, uuids, scopes: [{ pictures: 192 }] });
});
