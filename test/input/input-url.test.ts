import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { describeInput } from "../../src/input/describe-input.ts";
import { parseInputUrl } from "../../src/input/input-url.ts";
import { ConfigError } from "../../src/problem/config-error.ts";

const MiB = 1024 * 1024;
const udp = { kind: "udp", family: 4, multicast: false, receiveBuffer: 8 * MiB } as const;
const group = { ...udp, multicast: true } as const;
const secret = "correct horse battery";

describe("an input that is allowed", () => {
  test.for<[name: string, text: string, url: object]>([
    ["a plain path", "clip.m2ts", { kind: "file", path: "clip.m2ts" }],
    [
      "an absolute path with a percent sign, taken literally",
      "/a/100%25.m2ts",
      { kind: "file", path: "/a/100%25.m2ts" },
    ],
    ["a path with a question mark", "what?.m2ts", { kind: "file", path: "what?.m2ts" }],
    ["a path with a colon", "12:30.m2ts", { kind: "file", path: "12:30.m2ts" }],
    ["a path with a programme", "what?.m2ts?program=2", { kind: "file", path: "what?.m2ts", program: 2 }],
    ["a file URL", "file:///a/my%20clip.m2ts", { kind: "file", path: "/a/my clip.m2ts" }],
    ["a file URL with one slash", "file:/a/b.m2ts", { kind: "file", path: "/a/b.m2ts" }],
    ["a file URL of this machine", "FILE://localhost/a", { kind: "file", path: "/a" }],
    ["a relative file URL", "file:b.m2ts?program=65535", { kind: "file", path: "b.m2ts", program: 65535 }],
    ["a file called -", "file:-", { kind: "file", path: "./-" }],
    ["standard input", "-", { kind: "stdin" }],
    ["standard input with a programme", "-?program=7", { kind: "stdin", program: 7 }],
    ["a UDP port", "udp://:5000", { ...udp, address: "0.0.0.0", port: 5000 }],
    ["a UDP port with a slash", "UDP://@:5000/", { ...udp, address: "0.0.0.0", port: 5000 }],
    ["an empty query", "udp://:5000?", { ...udp, address: "0.0.0.0", port: 5000 }],
    ["a UDP address", "udp://0.0.0.0:1", { ...udp, address: "0.0.0.0", port: 1 }],
    ["a UDP port on localhost", "udp://localhost:65535", { ...udp, address: "127.0.0.1", port: 65535 }],
    ["a UDP port over IPv6", "udp://[::]:5000", { ...udp, family: 6, address: "::", port: 5000 }],
    ["a link-local address", "udp://[fe80::1%eth0]:5000", { ...udp, family: 6, address: "fe80::1%eth0", port: 5000 }],
    ["a group", "udp://@239.1.1.1:5000", { ...group, address: "239.1.1.1", port: 5000 }],
    ["a group over IPv6", "udp://[ff15::1]:5000", { ...group, family: 6, address: "ff15::1", port: 5000 }],
    [
      "a group with everything",
      "udp://239.1.1.1:5000?interface=10.0.0.1&source=10.0.0.9&buffer=16MiB&program=3",
      {
        ...group,
        address: "239.1.1.1",
        port: 5000,
        interface: "10.0.0.1",
        source: "10.0.0.9",
        receiveBuffer: 16 * MiB,
        program: 3,
      },
    ],
    [
      "a named interface",
      "udp://224.0.0.1:5?interface=eth0.100",
      { ...group, address: "224.0.0.1", port: 5, interface: "eth0.100" },
    ],
    ["a buffer in bytes", "udp://:5?buffer=65536", { ...udp, address: "0.0.0.0", port: 5, receiveBuffer: 65536 }],
    ["an SRT listener", "srt://:9000", { kind: "srt", mode: "listener", host: "0.0.0.0", port: 9000 }],
    [
      "an SRT listener on any address",
      "srt://0.0.0.0:9000",
      { kind: "srt", mode: "listener", host: "0.0.0.0", port: 9000 },
    ],
    ["an SRT listener over IPv6", "srt://[::]:9000", { kind: "srt", mode: "listener", host: "::", port: 9000 }],
    [
      "an SRT listener on one address",
      "srt://10.0.0.1:9000?mode=listener",
      { kind: "srt", mode: "listener", host: "10.0.0.1", port: 9000 },
    ],
    [
      "an SRT caller",
      "srt://encoder.example.com:9000",
      { kind: "srt", mode: "caller", host: "encoder.example.com", port: 9000 },
    ],
    [
      "an SRT caller over IPv6",
      "srt://[2001:db8::1]:9000",
      { kind: "srt", mode: "caller", host: "2001:db8::1", port: 9000 },
    ],
    [
      "an SRT caller with everything",
      "srt://h:9000?mode=caller&passphrase=0123456789&latency=200ms&streamid=#!::r=a,m=request&pbkeylen=32&program=1",
      {
        kind: "srt",
        mode: "caller",
        host: "h",
        port: 9000,
        passphrase: "0123456789",
        latency: 200,
        streamid: "#!::r=a,m=request",
        pbkeylen: 32,
        program: 1,
      },
    ],
    [
      "an encoded passphrase",
      "srt://:9000?passphrase=correct%20horse%20%23",
      { kind: "srt", mode: "listener", host: "0.0.0.0", port: 9000, passphrase: "correct horse #" },
    ],
    [
      "a bare latency",
      "srt://:9000?latency=80",
      { kind: "srt", mode: "listener", host: "0.0.0.0", port: 9000, latency: 80 },
    ],
    [
      "a latency in seconds",
      "srt://:9000?latency=1.5s",
      { kind: "srt", mode: "listener", host: "0.0.0.0", port: 9000, latency: 1500 },
    ],
  ])("%s", ([, text, url]) => {
    expect(parseInputUrl(text)).toEqual(url);
  });
});

describe("an input that is refused", () => {
  test.for<[text: string, allowed: RegExp]>([
    ["", /an input is a file's path/],
    ["http://example.com/a.m2ts", /udp:\/\/HOST:PORT or srt:\/\/HOST:PORT/],
    ["rtp://239.1.1.1:5000", /RTP is received as udp/],
    ["udp:5000", /udp:\/\/HOST:PORT is needed/],
    ["srt:", /srt:\/\/HOST:PORT is needed/],
    ["file:", /needs a path/],
    ["file://server/a", /no host/],
    ["file:a%zz", /percent sign/],
    ["file:a%00b", /control characters/],
    ["a\nb", /control characters/],
    [`/${"a".repeat(5000)}`, /at most 4096 characters/],
    ["clip.m2ts?progam=2", /KEY=VALUE of program$/],
    ["clip.m2ts?program=0", /1 to 65535/],
    ["clip.m2ts?program=65536", /1 to 65535/],
    ["-?program=1e3", /1 to 65535/],
    ["?program=1", /an input is a file's path/],
    ["udp://", /HOST:PORT/],
    ["udp://5000", /HOST:PORT/],
    ["udp://1.2.3.4", /HOST:PORT/],
    ["udp://1.2.3.4:0", /1 to 65535/],
    ["udp://1.2.3.4:65536", /1 to 65535/],
    ["udp://1.2.3.4:99999999", /HOST:PORT/],
    ["udp://1.2.3.4:-5", /HOST:PORT/],
    ["udp://::1:5000", /brackets/],
    ["udp://[::1:5000", /brackets/],
    ["udp://[]:5000", /brackets/],
    ["udp://[1::2::3]:5000", /an address of this machine/],
    ["udp://1.2.3.400:5000", /an address of this machine/],
    ["udp://example.com:5000", /an address of this machine/],
    ["udp://user@239.1.1.1:5000", /HOST:PORT/],
    ["udp://239.1.1.1:5000/path", /no path/],
    ["udp://239.1.1.1:5000?ttl=3", /KEY=VALUE of interface, source, buffer, program$/],
    ["udp://239.1.1.1:5000?interface", /KEY=VALUE/],
    ["udp://239.1.1.1:5000?interface=", /needs a value/],
    ["udp://239.1.1.1:5000?&", /KEY=VALUE/],
    ["udp://239.1.1.1:5000?program=1&program=2", /given once/],
    ["udp://239.1.1.1:5000?interface=a%2Fb", /interface is a name/],
    ["udp://239.1.1.1:5000?interface=abcdefghijklmnop", /interface is a name/],
    ["udp://239.1.1.1:5000?source=::1", /IPv4 address/],
    ["udp://[ff15::1]:5000?source=10.0.0.1", /IPv6 address/],
    ["udp://[ff02::1%eth0]:5000", /interface=NAME/],
    ["udp://[ff02::1]:5000", /needs interface=NAME/],
    ["udp://10.0.0.1:5000?interface=eth0", /need a multicast group/],
    ["udp://10.0.0.1:5000?source=10.0.0.2", /need a multicast group/],
    ["udp://:5000?buffer=8MB", /64KiB to 1023MiB/],
    ["udp://:5000?buffer=1KiB", /64KiB to 1023MiB/],
    ["udp://:5000?buffer=1GiB", /64KiB to 1023MiB/],
    ["udp://:5000?buffer=99999999999999999999", /64KiB to 1023MiB/],
    ["srt://:80", /1024 to 65535/],
    ["srt://user:pass@h:9000", /HOST:PORT/],
    ["srt://h/x:9000", /no path/],
    ["srt://-h:9000", /a name or an address/],
    ["srt://[zz]:9000", /a name or an address/],
    ["srt://h$(reboot):9000", /a name or an address/],
    ["srt://h:9000?mode=rendezvous", /listener or caller/],
    ["srt://:9000?mode=caller", /needs the host/],
    ["srt://[::]:9000?mode=caller", /needs the host/],
    ["srt://h:9000?passphrase=short", /10 to 79/],
    [`srt://h:9000?passphrase=${"a".repeat(80)}`, /10 to 79/],
    ["srt://h:9000?passphrase=abcdefghi%26mode=x", /cannot hold & or %/],
    ["srt://h:9000?passphrase=abcdefghi%25", /cannot hold & or %/],
    ["srt://h:9000?pbkeylen=16", /needs a passphrase/],
    ["srt://h:9000?passphrase=0123456789&pbkeylen=20", /16, 24 or 32/],
    ["srt://h:9000?latency=-1", /0 to 65535 ms/],
    ["srt://h:9000?latency=70s", /0 to 65535 ms/],
    ["srt://h:9000?latency=2h", /0 to 65535 ms/],
    ["srt://:9000?streamid=a", /mode=caller/],
    [`srt://h:9000?streamid=${"a".repeat(513)}`, /512 bytes/],
    ["srt://h:9000?streamid=a%0Ab", /control characters/],
    ["srt://h:9000?transtype=file", /KEY=VALUE of mode, passphrase, pbkeylen, latency, streamid, program$/],
  ])("%s", ([text, allowed]) => {
    expect(() => parseInputUrl(text, "--input")).toThrow(ConfigError);
    expect(() => parseInputUrl(text, "--input")).toThrow(/^--input: "/);
    expect(() => parseInputUrl(text, "--input")).toThrow(allowed);
  });
});

describe("a secret", () => {
  test.for([
    `srt://h:9000?passphrase=${secret}&latency=x`,
    `srt://h:9000?passphrse=${secret}`,
    `srt://h:9000?PASSPHRASE=${secret}`,
    `srt://h:9000?latency=2&${secret}`,
    `srt://h:9000&passphrase=${secret}`,
    `srt://user:${secret}@h:9000`,
    `srt://user:a/b${secret}@h:9000`,
    `http://user:${secret}@h/?x=1`,
    `srt://h:80?passphrase=${encodeURIComponent(secret)}`,
  ])("is not in the message about %s", (text) => {
    expect(() => parseInputUrl(text)).toThrow(ConfigError);
    expect(() => parseInputUrl(text)).not.toThrow(/correct|horse|battery/);
  });

  test("is not in the description", () => {
    const url = parseInputUrl(`srt://h:9000?passphrase=${secret}&pbkeylen=16&latency=0&streamid=%23x&program=4`);
    expect(describeInput(url)).toBe(
      "srt://h:9000?mode=caller&passphrase=***&pbkeylen=16&latency=0ms&streamid=#x&program=4",
    );
  });
});

test.for([
  "clip.m2ts?program=2",
  "-",
  "udp://239.1.1.1:5000?interface=eth0&source=10.0.0.9&buffer=65536&program=1",
  "udp://[::]:5000",
  "srt://[::1]:9000?mode=listener&latency=200ms",
])("%s is described as it is written", (text) => {
  expect(describeInput(parseInputUrl(text))).toBe(text);
});

const url = (bases: readonly string[], parameters: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...bases), fc.shuffledSubarray([...parameters]))
    .map(([base, chosen]) => (chosen.length === 0 ? base : `${base}?${chosen.join("&")}`));

test("what is described is the same input", () => {
  const urls = fc.oneof(
    url(["clip.m2ts", "-", "file:/a%20b"], ["program=9"]),
    url(
      ["udp://239.1.1.1:5000", "udp://@232.1.1.1:1"],
      ["interface=eth0", "source=1.2.3.4", "buffer=1MiB", "program=1"],
    ),
    url(["udp://[ff15::1]:5000", "udp://[::]:1"], ["program=1"]),
    url(["udp://[ff02::1]:5000?interface=fe80::1"], []),
    url(["srt://h:9000", "srt://[::1]:1024"], ["mode=caller", "latency=1s", "streamid=%23!::u=a?b", "program=1"]),
    url(["srt://:9000", "srt://[::]:1024"], ["mode=listener", "latency=1", "program=1"]),
  );
  fc.assert(
    fc.property(urls, (text) => {
      const parsed = parseInputUrl(text);
      expect(parseInputUrl(describeInput(parsed))).toEqual(parsed);
    }),
  );
});

test("any text is an input or refused with a ConfigError", () => {
  const pieces = [
    "udp:",
    "srt:",
    "file:",
    "//",
    "@",
    "[",
    "]",
    "::1",
    ":",
    "5000",
    "?",
    "&",
    "=",
    "%41",
    "%",
    "program",
  ];
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fc.constantFrom(...pieces)).map((some) => some.join("")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        expect(["file", "stdin", "udp", "srt"]).toContain(parseInputUrl(text).kind);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    }),
    { numRuns: 500 },
  );
});
