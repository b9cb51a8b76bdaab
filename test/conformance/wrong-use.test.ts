import { once } from "node:events";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packager } from "../support/packager.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Exit code for what cannot work. */
const WRONG_USE = 2;

const folder = temporaryFolder();
const inFolder = (name: string): string => join(folder, name);
const fullFolder = inFolder("full");
const emptyFile = inFolder("empty.m2ts");
mkdirSync(fullFolder);
writeFileSync(join(fullFolder, "something"), "");
writeFileSync(emptyFile, "");
const out = inFolder("out");

/** What is wrong with a command line: it must end with exit code 2 and a message that matches, before it does anything. */
async function expectRefused(parameters: readonly string[], message: RegExp): Promise<void> {
  const { code, stdout, stderr } = await packager(...parameters);
  expect(stderr).toMatch(message);
  expect({ code, stdout }).toEqual({ code: WRONG_USE, stdout: "" });
  // A sentence for each mistake, and where to read more; no stack.
  expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(4);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(out)).toBe(false);
}

const live = ["run", "--input", "udp://127.0.0.1:5000"];
const files = ["package", emptyFile, "--out", out];

test.concurrent.for<[parameters: readonly string[], message: RegExp]>([
  [["frobnicate"], /unknown command 'frobnicate'/],
  [["--frobnicate"], /unknown option '--frobnicate'/],
  [["run", "--frobnicate"], /unknown option '--frobnicate'/],
  [["run"], /--input/],
  [["run", "--input"], /--input.*argument missing/],
  [["run", "--input", ""], /--input/],
  [["run", "--input", "ftp://example.com/x"], /--input.*ftp/],
  [["run", "--input", "udp://"], /--input/],
  [["run", "--input", "udp://:0"], /--input.*port/],
  [["run", "--input", "udp://:65536"], /--input.*port/],
  [["run", "--input", "udp://:5000?ttl=1"], /--input.*ttl/],
  [["run", "--input", "udp://:5000?program=0"], /--input.*program/],
  [["run", "--input", "udp://:5000?source=127.0.0.1"], /--input.*multicast/],
  [["run", "--input", "udp://239.1.1.1:5000?interface=no-such-interface"], /no-such-interface/],
  [["run", "--input", "srt://:80"], /--input.*port/],
  [["run", "--input", "srt://:9000?passphrase=short"], /--input.*passphrase/],
  [["run", "--input", "srt://:9000?mode=rendezvous"], /--input.*mode/],
  [["run", "--input", "srt://:9000?latency=-1"], /--input.*latency/],
  [["run", "--input", inFolder("missing.m2ts")], /missing\.m2ts/],
  [["run", "--input", fullFolder], /full/],
  [[...live, "--segment", "0"], /--segment.*"0".*500ms/],
  [[...live, "--segment", "-2s"], /--segment/],
  [[...live, "--segment", "2 parsecs"], /--segment.*duration/],
  [[...live, "--segment", "1e3"], /--segment.*duration/],
  [[...live, "--segment", "31s"], /--segment.*30s/],
  [[...live, "--segment", "NaN"], /--segment.*duration/],
  [[...live, "--window", "3s"], /--window.*three segments/],
  [[...live, "--window", "25h"], /--window.*24h/],
  [[...live, "--part", "0.5s"], /--part.*--low-latency/],
  [[...live, "--low-latency", "--part", "100ms"], /--part.*200ms/],
  [[...live, "--low-latency", "--part", "half"], /--part.*duration/],
  [[...live, "--low-latency", "--part", "1.1s"], /--part.*half a segment of 2s/],
  [[...live, "--channel", ""], /--channel/],
  [[...live, "--channel", "../etc"], /--channel/],
  [[...live, "--channel", "api"], /--channel.*none of/],
  [[...live, "--channel", "x".repeat(65)], /--channel.*64/],
  [[...live, "--channel", "news\nx"], /--channel/],
  [[...live, "--listen", "8080"], /--listen.*HOST:PORT/],
  [[...live, "--listen", "localhost:http"], /--listen.*HOST:PORT/],
  [[...live, "--listen", ":65536"], /--listen/],
  [[...live, "--listen", "192.0.2.1:0"], /listen.*192\.0\.2\.1/],
  [[...live, "--timecode", "ltc"], /--timecode.*"ltc".*auto, misb, smpte or none/],
  [[...live, "--mqa-uuid", "not-a-uuid"], /--mqa-uuid.*UUID/],
  [[...live, "--mqa-uuid", "9a21f10c"], /--mqa-uuid.*16/],
  [[...live, "--key-prefix", "Org.SVTA"], /--key-prefix.*lower-case/],
  [[...live, "--cmsd-profile", "scout"], /--cmsd-profile.*keys, lists, wowza or ant-media/],
  [[...live, "--identifier", "caf\u00e9"], /--identifier.*ASCII/],
  [[...live, "--identifier", 'a"\r\nX-Evil: 1'], /--identifier.*ASCII/],
  [["run", inFolder("missing.yaml")], /missing\.yaml/],
  [["run", fullFolder], /full/],
  [["run", inFolder("missing.yaml"), "--channel", "news"], /--channel.*configuration file/],
  [["run", "a.yaml", "b.yaml"], /too many arguments/],
  [["package"], /required option.*--out/],
  [["package", "--out", out], /missing required argument 'file'/],
  [["package", emptyFile], /required option.*--out/],
  [["package", "udp://:5000", "--out", out], /FILE.*udp:/],
  [["package", inFolder("missing.m2ts"), "--out", out], /missing\.m2ts/],
  [["package", fullFolder, "--out", out], /full/],
  [["package", emptyFile, "--out", fullFolder], /--out.*empty/],
  [["package", emptyFile, "--out", emptyFile], /--out.*folder/],
  [["package", `${emptyFile}?program=x`, "--out", out], /program/],
  [[...files, "--segment", "0"], /--segment/],
  [[...files, "--start", "yesterday"], /--start.*ISO 8601/],
  [[...files, "--start", "2026-01-01T12:00:00"], /--start.*zone/],
  [[...files, "--start", "2026-13-01T12:00:00Z"], /--start/],
  [[...files, "--start", "1969-12-31T23:59:59Z"], /--start.*1970/],
  [[...files, "--timecode", ""], /--timecode.*auto, misb, smpte or none/],
  [[...files, "--mqa-uuid", ""], /--mqa-uuid/],
  [["simulate"], /required option.*--out/],
  [["simulate", "--out", "http://localhost/"], /http:/],
  [["simulate", "--out", "udp://127.0.0.1:5000", "udp://127.0.0.1:5000"], /--out.*udp:\/\/127\.0\.0\.1:5000.*twice/],
  [["simulate", "--out", "udp://127.0.0.1:5000", "--sample", inFolder("missing.m2ts")], /missing\.m2ts/],
  [["simulate", "--out", "udp://127.0.0.1:5000", "--sample", emptyFile], /empty\.m2ts/],
  [["simulate", "--out", "-", "--rate", "29.98"], /--rate.*29\.97/],
  [["simulate", "--out", "-", "--fault", "gap@soon"], /--fault.*gap@soon.*KIND@TIME/],
  [["receive"], /--listen/],
  [["receive", "--listen", ":0"], /--out/],
  [["receive", "--listen", "8081", "--out", out], /--listen.*"8081".*HOST:PORT/],
  [["receive", "--listen", ":0", "--out", emptyFile], /--out.*empty\.m2ts.*folder/],
  [["receive", "--listen", ":0", "--out", out, "--credentials", "u:p"], /--credentials: "…".*env:NAME/],
  [["simulate", "--out", "udp://127.0.0.1:5000", "--fast", "--duration", "1s"], /--out.*--fast/],
  [["simulate", "--out", "-", "--fast"], /--duration.*--fast/],
  [["demo", "--listen", "nowhere"], /--listen.*HOST:PORT/],
  [["inspect"], /missing required argument/],
  [["inspect", inFolder("missing.m2ts")], /missing\.m2ts/],
])("%j is refused", ([parameters, message]) => expectRefused(parameters, message));

// What else can be wrong in one is in a table of its own, wrong-configurations.txt.
test.concurrent.for<[name: string, text: string, message: RegExp]>([
  ["nothing", "", /channels is missing/],
  [
    "several mistakes",
    "listen: x\nchannels: [{ name: a }]\nlisen: y",
    /:1: listen.*\n.*inputs is missing.*\n.*did you mean listen/,
  ],
  ["a key that is part of every object", "__proto__: { listen: x }\nchannels: []", /__proto__/],
  ["broken YAML", "channels: [{ name: a", /YAML/],
  ["aliases of aliases without end", aliasBomb(), /YAML|alias/i],
  ["more text than any needs", `channels:\n${"- { name: a, inputs: [x] }\n".repeat(50_000)}`, /CONFIG.*at most/],
  ["zeros", "\0".repeat(100), /YAML|map|channels/i],
])("a configuration file with %s is refused", async ([name, text, message]) => {
  const path = inFolder(`${name}.yaml`);
  writeFileSync(path, text);
  await expectRefused(["run", path], message);
  await expectRefused(["validate", path], message);
});

test("a configuration that is in order is said to be, and printed as it is in force", async () => {
  const path = inFolder("config.yaml");
  writeFileSync(path, "channels:\n  - name: news\n    inputs: [srt://:9000]\n");
  expect(await packager("validate", path)).toMatchObject({
    code: 0,
    stdout: `${path} is in order: 1 channel (news)\n`,
  });
  const { code, stdout } = await packager("run", path, "--print-config");
  expect({ code, segment: /segment: (.*)/.exec(stdout)?.[1] }).toEqual({ code: 0, segment: "2s" });
});

test("an address that somebody else listens on is refused", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  await expectRefused(["run", "--input", emptyFile, "--listen", `127.0.0.1:${port}`], /listen.*EADDRINUSE/);
  server.close();
});

test.concurrent.for([
  ["--help"],
  ["run", "--help"],
  ["validate", "--help"],
  ["package", "--help"],
  ["inspect", "--help"],
  ["simulate", "--help"],
  ["receive", "--help"],
  ["demo", "--help"],
  ["--version"],
])("%j is answered", async (parameters) => {
  const { code, stdout, stderr } = await packager(...parameters);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(parameters.includes("--version") ? /^\d+\.\d+\.\d+\n$/ : /^Usage: mqa-packager/);
});

/** Ten levels of ten aliases each would be ten thousand million nodes. */
function aliasBomb(): string {
  const lines = ["a0: &a0 [x]"];
  for (let i = 1; i <= 10; i++)
    lines.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(", ")}]`,
    );
  return lines.join("\n");
}
