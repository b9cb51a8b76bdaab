import { expect, test } from "vitest";
import { parseFault } from "../../src/cli/fault-option.ts";
import { ConfigError } from "../../src/problem/config-error.ts";

test.for([
  ["missing-iframe@10s/2", { kind: "missing-iframe", at: 10_000, rendition: 2 }],
  ["missing-iframe@0", { kind: "missing-iframe", at: 0 }],
  ["timecode-stop@20s+5s", { kind: "timecode-stop", at: 20_000, duration: 5000 }],
  ["timecode-freeze@1m+500ms/12", { kind: "timecode-freeze", at: 60_000, duration: 500, rendition: 12 }],
  ["restart@1.5s", { kind: "restart", at: 1500 }],
  ["gap@70s+3s/1", { kind: "gap", at: 70_000, duration: 3000, rendition: 1 }],
  ["timecode-jump@30s=+10s", { kind: "timecode-jump", at: 30_000, by: { milliseconds: 10_000 } }],
  ["timecode-jump@30s+5s=-1h", { kind: "timecode-jump", at: 30_000, duration: 5000, by: { milliseconds: -3_600_000 } }],
  ["timecode-jump@30s=+2p/3", { kind: "timecode-jump", at: 30_000, by: { pictures: 2 }, rendition: 3 }],
  ["timecode-jump@30s=-1p", { kind: "timecode-jump", at: 30_000, by: { pictures: -1 } }],
  ["freeze@20s+5s/1", { kind: "freeze", at: 20_000, duration: 5000, rendition: 1 }],
  ["black@20s", { kind: "black", at: 20_000 }],
  ["rain@20s+30s=2%", { kind: "rain", at: 20_000, duration: 30_000, loss: 0.02 }],
  ["rain@20s=0.5%/2", { kind: "rain", at: 20_000, loss: 0.005, rendition: 2 }],
  ["dip@20s+5s=30/1", { kind: "dip", at: 20_000, duration: 5000, points: 30, rendition: 1 }],
] as const)("%s", ([text, fault]) => {
  expect(parseFault(text)).toEqual(fault);
});

test.for([
  "",
  "gap",
  "gap@",
  "gap@soon",
  "gap@-1s",
  "gap@1s+",
  "gap@1s+0s",
  "gap@1s/0",
  "gap@1s/100",
  "gap@1s/a",
  "gap@1s/1+2s",
  "gap@1s=+1s",
  "gap@9000h",
  "earthquake@1s",
  "toString@1s",
  "timecode-jump@1s",
  "timecode-jump@1s=1s",
  "timecode-jump@1s=+0s",
  "timecode-jump@1s=-0p",
  "timecode-jump@1s=+1x",
  "timecode-jump@1s=+p",
  "timecode-jump@1s=+1.5p",
  "timecode-jump@1s=2%",
  "rain@1s",
  "rain@1s=2",
  "rain@1s=0%",
  "rain@1s=51%",
  "rain@1s/1=2%",
  "freeze@1s=1",
  "dip@1s",
  "dip@1s=0",
  "dip@1s=101",
  "dip@1s=+5",
])("%j is refused in one sentence with what is allowed", (text) => {
  expect(() => parseFault(text)).toThrow(ConfigError);
  expect(() => parseFault(text)).toThrow(
    /^--fault: ".*" is not allowed; it must be KIND@TIME.*missing-iframe.*timecode-jump/,
  );
});
