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
  // One sentence, and where to read more; no stack.
  expect(stderr.trimEnd().split("\n").length).toBeLessThanOrEqual(2);
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

test.concurrent.for<[name: string, text: string, message: RegExp]>([
  ["nothing", "", /object/],
  ["text", "just words", /object/],
  ["a list", "- a", /object/],
  ["no channels", "listen: :0", /channels/],
  ["an empty list of channels", "channels: []", /channels/],
  ["a channel without inputs", "channels: [{ name: a, inputs: [] }]", /channels\[0\]\.inputs/],
  ["a channel without a name", "channels: [{ inputs: ['udp://:5000'] }]", /channels\[0\]\.name/],
  ["a number for a name", "channels: [{ name: 7, inputs: ['udp://:5000'] }]", /channels\[0\]\.name/],
  [
    "two channels of one name",
    "channels: [&c { name: a, inputs: ['udp://:5000'] }, *c]",
    /channels\[1\]\.name.*another/,
  ],
  ["an unknown key", "channels: [{ name: a, inputs: ['udp://:5000'], colour: red }]", /colour/],
  ["an unknown key at the top", "chanels: []\nchannels: [{ name: a, inputs: ['udp://:5000'] }]", /chanels/],
  [
    "a key that is part of every object",
    "__proto__: { listen: x }\nchannels: [{ name: a, inputs: ['udp://:5000'] }]",
    /__proto__/,
  ],
  ["a wrong input", "channels: [{ name: a, inputs: ['udp://:5000', 'gopher://x'] }]", /channels\[0\]\.inputs.*gopher/],
  [
    "a wrong duration",
    "channels: [{ name: a, inputs: ['udp://:5000'], segment: soon }]",
    /channels\[0\]\.segment.*soon/,
  ],
  [
    "a window that is too short",
    "channels: [{ name: a, inputs: ['udp://:5000'], window: 4 }]",
    /channels\[0\]\.window/,
  ],
  [
    "a wrong source of timecodes",
    "channels: [{ name: a, inputs: ['udp://:5000'], timecode: { source: ltc } }]",
    /channels\[0\]\.timecode\.source.*auto, misb, smpte or none/,
  ],
  [
    "an offset without a sign",
    "channels: [{ name: a, inputs: ['udp://:5000'], timecode: { utcOffset: '02:00' } }]",
    /channels\[0\]\.timecode\.utcOffset.*\+02:00/,
  ],
  [
    "an offset no time zone has",
    "channels: [{ name: a, inputs: ['udp://:5000'], timecode: { utcOffset: '+14:01' } }]",
    /channels\[0\]\.timecode\.utcOffset.*\+14:00/,
  ],
  [
    "a clock error of a day",
    "channels: [{ name: a, inputs: ['udp://:5000'], timecode: { maxClockError: 24h } }]",
    /channels\[0\]\.timecode\.maxClockError.*12h/,
  ],
  [
    "a wait that is no duration",
    "channels: [{ name: a, inputs: ['udp://:5000'], timecode: { wait: true } }]",
    /channels\[0\]\.timecode\.wait.*true.*duration.*forever/,
  ],
  [
    "a wait for timecodes that are not to be used",
    "channels: [{ name: a, inputs: ['udp://:5000'], timecode: { source: none, wait: forever } }]",
    /channels\[0\]\.timecode\.wait.*forever.*0s/,
  ],
  [
    "an unknown key for timecodes",
    "channels: [{ name: a, inputs: ['udp://:5000'], timecode: { from: misb } }]",
    /channels\[0\]\.timecode.*from/,
  ],
  ["a wrong address", "listen: [8080]\nchannels: [{ name: a, inputs: ['udp://:5000'] }]", /listen/],
  ["a wrong UUID", "quality: { uuids: [x] }\nchannels: [{ name: a, inputs: ['udp://:5000'] }]", /quality\.uuids/],
  [
    "a wrong key prefix",
    "quality: { publish: { keyPrefix: A_B } }\nchannels: [{ name: a, inputs: ['udp://:5000'] }]",
    /quality\.publish\.keyPrefix/,
  ],
  ["broken YAML", "channels: [{ name: a", /YAML/],
  ["a tab for indentation", "channels:\n\t- name: a", /YAML/],
  ["two documents", "channels: []\n---\nchannels: []", /YAML/],
  ["the same key twice", "listen: :0\nlisten: :1\nchannels: []", /YAML/],
  ["an alias of nothing", "channels: *nowhere", /YAML/],
  ["aliases of aliases without end", aliasBomb(), /YAML|alias/i],
  ["more text than any needs", `channels:\n${"- { name: a, inputs: [x] }\n".repeat(50_000)}`, /CONFIG.*at most/],
  ["zeros", "\0".repeat(100), /YAML|object|channels/i],
])("a configuration file with %s is refused", async ([name, text, message]) => {
  const path = inFolder(`${name}.yaml`);
  writeFileSync(path, text);
  await expectRefused(["run", path], message);
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
