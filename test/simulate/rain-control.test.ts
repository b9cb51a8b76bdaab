import { afterEach, beforeEach, expect, test } from "vitest";
import type { Link } from "../../src/simulate/link.ts";
import { Rain } from "../../src/simulate/rain.ts";
import { RainControl } from "../../src/simulate/rain-control.ts";
import type { Ticks } from "../../src/time/units.ts";

const OFF = { loss: "0%", reorder: "0%", duplicate: "0%", "bit-errors": "0" };

/** Packets of one PID. */
function packets(count: number): Uint8Array {
  const bytes = new Uint8Array(count * 188);
  for (let at = 0; at < bytes.length; at += 188) bytes.set([0x47, 1, 0, 0x10], at);
  return bytes;
}

let links: readonly Link[];
let control: RainControl;

beforeEach(async () => {
  const output = { write: () => {}, passedOn: async () => {}, close: async () => {} };
  const shower = { from: 100 as Ticks, to: 200 as Ticks, loss: 0.25, pid: 0x100 };
  links = [1, 2].map((number) => ({
    number,
    url: `srt://host:${number}?passphrase=hunter2hunter2`,
    output,
    rain: new Rain({ link: number, showers: [shower] }),
  }));
  control = await RainControl.open({ host: "127.0.0.1", port: 0 }, links);
});
afterEach(() => control.close());

// biome-ignore lint/suspicious/noExplicitAny: each test states the shape by what it expects
async function ask(method: string, body?: unknown): Promise<{ readonly status: number; readonly body: any }> {
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(control.url, { method, ...(text !== undefined && { body: text }) });
  expect(response.headers.get("content-type")).toBe("application/json");
  return { status: response.status, body: await response.json() };
}

test.for(["PUT", "POST"])("%s makes it rain on one output, at once, and only that", async (method) => {
  const { status, body } = await ask(method, { loss: "50%", burst: 3, output: 1 });
  expect(status).toBe(200);
  expect(body.outputs.map(({ rain }: { rain: object }) => rain)).toEqual([{ ...OFF, loss: "50%", burst: "3" }, OFF]);
  const passed = links.map(({ rain }) => rain.pass(packets(1000)).length / 188);
  expect(passed[0]).toBeLessThan(700);
  expect(passed[1]).toBe(1000);
  const [first, second] = (await ask("GET")).body.outputs;
  expect(first).toMatchObject({ output: 1, packets: 1000, lost: 1000 - passed[0]! });
  expect(first.pids).toMatchObject({ 256: { packets: 1000, lost: 1000 - passed[0]! } });
  expect(second).toMatchObject({ output: 2, packets: 1000, lost: 0 });
  expect(JSON.stringify([first, second])).not.toContain("hunter2");
});

test("what a body does not name is off, on all outputs where it names none", async () => {
  await ask("PUT", { loss: "2%", "bit-errors": 1e-6 });
  const { body } = await ask("PUT", { reorder: "1%", duplicate: "0.5%" });
  for (const { rain } of body.outputs) expect(rain).toEqual({ ...OFF, reorder: "1%", duplicate: "0.5%" });
});

test("GET tells the showers that are on; DELETE ends all that is on", async () => {
  await ask("PUT", { loss: "10%" });
  links[1]!.rain.pass(packets(1), 150 as Ticks);
  const showers = async (method: string): Promise<unknown> =>
    (await ask(method)).body.outputs.map(({ showers }: { showers: object }) => showers);
  expect(await showers("GET")).toEqual([[], [{ loss: "25%", pid: 256 }]]);
  expect(await showers("DELETE")).toEqual([[], []]);
  for (const { rain } of (await ask("GET")).body.outputs) expect(rain).toEqual(OFF);
  expect(links[1]!.rain.pass(packets(1000), 160 as Ticks).length).toBe(188_000);
});

test.for([
  ["no JSON", "loss=2%", "body: "],
  ["no object", [], "body: "],
  ["nothing", "", "body: "],
  ["null", null, "body: "],
  ["an unknown name", { drizzle: "2%" }, "drizzle: "],
  ["a name of every object", '{"__proto__":"2%"}', "__proto__: "],
  ["a share that is none", { loss: "2" }, "loss: "],
  ["a share that is an object", { loss: {} }, "loss: "],
  ["too much", { reorder: "51%" }, "reorder: "],
  ["a burst of none", { loss: "2%", burst: 0 }, "burst: "],
  ["an output that is not there", { loss: "2%", output: 3 }, "output: 3 is not allowed; it must be from 1 to 2"],
  ["an output that is no number", { loss: "2%", output: "1" }, "output: "],
  ["too many bytes", `{"loss":"2%"${" ".repeat(2000)}}`, "body: "],
] as const)("%s is refused in one sentence, and nothing changes", async ([, body, reason]) => {
  const { status, body: answer } = await ask("PUT", body);
  expect(status).toBe(400);
  expect(answer.error).toContain(reason);
  expect(answer.error).not.toContain("\n");
  for (const { rain } of (await ask("GET")).body.outputs) expect(rain).toEqual(OFF);
});

test("a body of megabytes is not read", async () => {
  const { status } = await ask("PUT", `"${"x".repeat(1 << 22)}"`).catch(() => ({ status: 400 }));
  expect(status).toBe(400);
  expect((await ask("GET")).status).toBe(200);
});

test("other methods and paths are named as such", async () => {
  const patch = await fetch(control.url, { method: "PATCH" });
  expect([patch.status, patch.headers.get("allow")]).toEqual([405, "GET, HEAD, PUT, POST, DELETE"]);
  expect((await fetch(new URL("/snow", control.url))).status).toBe(404);
});

test("an address that is taken is refused by name", async () => {
  const { port } = new URL(control.url);
  await expect(RainControl.open({ host: "127.0.0.1", port: Number(port) }, links)).rejects.toThrow(
    expect.objectContaining({ name: "ConfigError", message: expect.stringContaining("--control") }),
  );
});
