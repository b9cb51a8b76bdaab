import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import type { SrtInputUrl } from "../../src/input/srt-url.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { readChannel } from "./read.ts";

const path = join(temporaryFolder(), "secret");

afterEach(() => vi.unstubAllEnvs());

const input = (url: string): SrtInputUrl => readChannel({ name: "a", inputs: [url] }).inputs[0] as SrtInputUrl;

test.for(["correct-horse", "two words + more", "ends with a line\n"])(
  "a passphrase is read from where it is kept: %j",
  (secret) => {
    vi.stubEnv("SRT_SECRET", secret);
    writeFileSync(path, secret);
    for (const place of ["env:SRT_SECRET", `file:${path}`, `file%3A${encodeURIComponent(path)}`]) {
      const { passphrase, latency } = input(`srt://encoder:9000?passphrase=${place}&latency=200ms`);
      expect([passphrase, latency]).toEqual([secret.trimEnd(), 200]);
      expect(input(`srt://encoder:9000?latency=1s&passphrase=${place}`).passphrase).toBe(secret.trimEnd());
    }
  },
);

test("one that is kept and cannot be one is refused without being shown", () => {
  vi.stubEnv("SRT_SECRET", "geheim");
  expect(() => input("srt://:9000?passphrase=env:SRT_SECRET")).toThrow("10 to 79 characters");
  expect(() => input("srt://:9000?passphrase=env:SRT_SECRET")).not.toThrow("geheim");
});

test("one is read behind a stream ID of any form, which stays as it is", () => {
  vi.stubEnv("SRT_SECRET", "correct-horse");
  for (const streamid of ["#!::r=x,m=publish", "env:SRT_SECRET", "a?b"]) {
    const { passphrase, streamid: read } = input(`srt://encoder:9000?streamid=${streamid}&passphrase=env:SRT_SECRET`);
    expect([passphrase, read]).toEqual(["correct-horse", streamid]);
  }
});

test("a stream ID that speaks of one is left alone", () => {
  expect(input("srt://encoder:9000?streamid=passphrase=env:X").streamid).toBe("passphrase=env:X");
});
