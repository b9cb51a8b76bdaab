import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { simulateCommand } from "../../src/cli/simulate.ts";
import { SIMULATE_HELP } from "../../src/cli/simulate-help.ts";
import { DEFAULT_SAMPLE, DEFAULT_SAMPLE_30 } from "../../src/simulate/default-sample.ts";
import { plainFaultKinds } from "../../src/simulate/fault.ts";

/** The command as a test can run it: no text on standard error, errors thrown. */
const command = () =>
  simulateCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {}, writeOut: () => {} });

test("the help tells every form of output, and the sample it names is there", () => {
  const help = command().helpInformation();
  for (const form of ["udp://", "srt://", "file:", "--sample"]) expect(help).toContain(form);
  for (const sample of [DEFAULT_SAMPLE, DEFAULT_SAMPLE_30]) expect(existsSync(sample)).toBe(true);
});

test("the help and the document have an example of each fault", () => {
  const document = readFileSync(new URL("../../docs/simulate.md", import.meta.url), "utf8");
  for (const kind of [...plainFaultKinds, "timecode-jump", "rain", "dip"]) {
    expect(SIMULATE_HELP).toContain(`${kind}@`);
    expect(document).toContain(`--fault ${kind}@`);
  }
});

test.for([
  ["no output", [], "--out"],
  ["an output without value", ["--out"], "--out"],
  ["an unknown option", ["--out", "-", "--loop"], "--loop"],
  ["an output of no known kind", ["--out", "rtmp://x"], "udp://HOST:PORT"],
  ["the second of two outputs", ["--out", "udp://127.0.0.1:9", "udp://127.0.0.1"], "HOST:PORT is needed"],
  ["a rate that is none", ["--out", "-", "--rate", "29"], "23.976, 24, 25, 29.97, 30, 50, 59.94, 60"],
  ["a start without zone", ["--out", "-", "--start", "2026-08-01T12:00:00"], "--start"],
  ["a duration that is none", ["--out", "-", "--duration", "long"], "--duration"],
  ["no duration for --fast", ["--out", "-", "--fast"], "--duration is missing; --fast"],
  ["a live output for --fast", ["--out", "udp://127.0.0.1:9", "--fast", "--duration", "1s"], "file:PATH or -"],
  [
    "more outputs than renditions",
    ["--split", "--out", "-", "udp://127.0.0.1:1", "udp://127.0.0.1:2", "udp://127.0.0.1:3"],
    "3 outputs at most",
  ],
  ["an origin that is no number", ["--out", "-", "--pts-origin", "1h"], "--pts-origin"],
  ["an origin of 34 bits", ["--out", "-", "--pts-origin", "8589934592"], "0 to 8589934591"],
  [
    "two origins of three outputs",
    ["--out", "-", "udp://127.0.0.1:1", "udp://127.0.0.1:2", "--pts-origin", "1", "2"],
    "one for each of 3",
  ],
  ["pairs of pictures at 25", ["--out", "-", "--label-pairs"], "above 30 pictures a second"],
  ["a fault of no kind", ["--out", "-", "--fault", "gap@1s", "quake@1s"], '--fault: "quake@1s"'],
  ["a fault of a fourth rendition", ["--out", "-", "--fault", "gap@1s/4"], "renditions 1 to 3"],
  ["a loss that is no share", ["--out", "-", "--loss", "2"], "--loss"],
  ["a burst of none", ["--out", "-", "--burst", "0"], "--burst"],
  ["too much reordering", ["--out", "-", "--reorder", "60%"], "--reorder"],
  ["duplicates that are no share", ["--out", "-", "--duplicate", "often"], "--duplicate"],
  ["too many bit errors", ["--out", "-", "--bit-errors", "0.1"], "--bit-errors"],
  ["a seed of 33 bits", ["--out", "-", "--seed", "4294967296"], "0 to 4294967295"],
  ["a unit that is none", ["--out", "-", "--rain-unit", "byte"], "packet or datagram"],
  ["rain on a second of one output", ["--out", "-", "--rain-output", "2"], "from 1 to 1"],
  ["rain on output 0", ["--out", "-", "--rain-output", "0"], "--rain-output"],
  ["a metric of no name", ["--out", "-", "--metrics", "psnr,beauty"], "mqa-video,mqa-audio"],
  ["a metric twice", ["--out", "-", "--metrics", "psnr,psnr"], "each once"],
  ["a scope that is none", ["--out", "-", "--score-scope", "day"], "frame, gop, segment"],
  ["a syntax that is none", ["--out", "-", "--score-syntax", "xml"], "dictionary, json"],
  ["a control address without port", ["--out", "-", "--control", "127.0.0.1"], "--control"],
  [
    "control without a clock",
    ["--out", "-", "--fast", "--duration", "1s", "--control", ":0"],
    '--control: "127.0.0.1:0" is not allowed; with --fast',
  ],
  ["a control address of another machine", ["--out", "file:/dev/null", "--control", "192.0.2.1:80"], "listen on"],
  ["a report in no folder", ["--out", "file:/dev/null", "--damage-report", "/no/such/report"], "can be written"],
  ["a sample that is not there", ["--out", "-", "--sample", "/no/such.m2ts"], "no such file"],
] as const)("%s is refused by name", async ([, options, reason]) => {
  await expect(command().parseAsync(options, { from: "user" })).rejects.toThrow(reason);
});
