import { expect, test } from "vitest";
import { ConfigError } from "../../src/problem/config-error.ts";
import { parseOutputTarget } from "../../src/simulate/output-target.ts";

test.for([
  ["udp://127.0.0.1:5000", { kind: "udp", host: "127.0.0.1", port: 5000 }],
  ["udp://packager.example:1?ttl=4", { kind: "udp", host: "packager.example", port: 1, ttl: 4 }],
  [
    "udp://239.1.2.3:5000?ttl=16&interface=10.0.0.1",
    { kind: "udp", host: "239.1.2.3", port: 5000, ttl: 16, interface: "10.0.0.1" },
  ],
  ["udp://[::1]:65535", { kind: "udp", host: "::1", port: 65_535 }],
  ["srt://localhost:9000", { kind: "srt", mode: "caller", host: "localhost", port: 9000 }],
  ["srt://:9000?latency=200", { kind: "srt", mode: "listener", host: "0.0.0.0", port: 9000, latency: 200 }],
  ["file:out.m2ts", { kind: "file", path: "out.m2ts" }],
  ["file:/tmp/a%20b.m2ts", { kind: "file", path: "/tmp/a b.m2ts" }],
  ["file:///tmp/out.m2ts", { kind: "file", path: "/tmp/out.m2ts" }],
  ["-", { kind: "stdout" }],
] as const)("%s", ([url, target]) => {
  expect(parseOutputTarget(url)).toEqual(target);
});

test.for([
  ["", "udp://HOST:PORT"],
  ["rtmp://host/app", "udp://HOST:PORT"],
  ["out.m2ts", "file:PATH"],
  ["udp://127.0.0.1", "HOST:PORT is needed"],
  ["udp://:5000", "HOST is needed"],
  ["udp://host:0", "port"],
  ["udp://host:65536", "port"],
  ["udp://host:5000?ttl=0", "ttl is 1 to 255"],
  ["udp://host:5000?ttl=256", "ttl is 1 to 255"],
  ["udp://host:5000?pkt_size=1316", "ttl, interface"],
  ["udp://host:5000/path", "no path"],
  ["srt://host", "HOST:PORT is needed"],
  ["srt://host:9000?passphrase=short", "10 to 79"],
  ["file:", "file:PATH"],
  ["file://server/share", "file:///PATH"],
] as const)("%s is refused with what is allowed", ([url, allowed]) => {
  expect(() => parseOutputTarget(url)).toThrow(ConfigError);
  expect(() => parseOutputTarget(url)).toThrow(allowed);
  expect(() => parseOutputTarget(url)).toThrow("--out");
});

test("a passphrase is never shown", () => {
  expect(() => parseOutputTarget("srt://host:9000?passphrase=hunter2")).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining("hunter2") }),
  );
});
