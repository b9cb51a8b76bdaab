import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { PushTarget } from "../../src/push/push-target.ts";
import { readPush } from "../config/read.ts";
import { FIRST, v1, videoInit, videoSegment } from "../store/media.ts";
import { lacking } from "../support/lacking.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";
import { ms, openTarget } from "./pushed.ts";

const folder = temporaryFolder();
const path = (name: string): string => join(folder, name);
const pem = (name: string): string => readFileSync(path(name), "utf8");

/** A certificate authority of one's own, and what it has signed. */
function certify(name: string): void {
  const quiet = { cwd: folder, stdio: "ignore" } as const;
  const isAuthority = name === "ca";
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
      ...["-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", `/CN=${name}`],
      ...(isAuthority ? [] : ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "subjectAltName=IP:127.0.0.1"]),
    ],
    quiet,
  );
}

describe.skipIf(lacking("openssl"))("a receiver of https that knows its senders by their certificates", () => {
  let server: Server;
  let target: PushTarget;
  let changes: string[];
  /** Whose requests arrived, by name. */
  const senders: string[] = [];

  beforeAll(async () => {
    for (const name of ["ca", "receiver", "packager", "stranger"]) certify(name);
    const own = { ca: pem("ca.pem"), cert: pem("receiver.pem"), key: pem("receiver.key") };
    server = createServer({ ...own, requestCert: true, rejectUnauthorized: true }, (request, response) => {
      senders.push(String((request.socket as TLSSocket).getPeerCertificate().subject.CN));
      request.resume();
      request.on("end", () => response.end());
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
  });

  afterEach(() => target.close(ms(0)));
  afterAll(() => server.close());

  function push(tls: Record<string, string>): void {
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/live/news/`;
    const options = readPush({ url, tls });
    changes = [];
    senders.length = 0;
    target = openTarget("https://unused", changes, options);
    target.push(v1, videoSegment(FIRST, videoInit("0a")));
  }

  test("gets what one sends that trusts it and has one", async () => {
    push({ ca: path("ca.pem"), cert: path("packager.pem"), key: path("packager.key") });
    await until("it to arrive", async () => target.status().sent === 1, 5000);
    expect(senders).toEqual(["packager", "packager"]);
  });

  test("gets nothing of one that has none", async () => {
    push({ ca: path("ca.pem") });
    await until("a failure", async () => target.status().state === "retrying", 5000);
    expect(senders).toEqual([]);
  });

  test("gets nothing of one that does not trust it", async () => {
    push({ ca: path("stranger.pem"), cert: path("packager.pem"), key: path("packager.key") });
    await until("a failure", async () => target.status().state === "retrying", 5000);
    expect(changes[0]).toMatch(/certificate/);
    expect(senders).toEqual([]);
  });

  test.for<[what: string, tls: Record<string, string>, message: string]>([
    ["a certificate without its key", { cert: "packager.pem" }, "a certificate and its key must be given together"],
    ["the key of another", { cert: "packager.pem", key: "stranger.key" }, "must be PEM and belong together"],
    ["an authority that is none", { ca: "ca.key" }, "must be PEM and belong together"],
    ["a file that is none", { ca: "nothing.pem" }, "it must be a file that can be read (ENOENT)"],
  ])("is not begun with %s", ([, files, message]) => {
    const tls = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, path(file)]));
    expect(() => readPush({ url: "https://origin/live/", tls })).toThrow(message);
  });

  test("is not begun over http", () => {
    const tls = { ca: path("ca.pem") };
    expect(() => readPush({ url: "http://origin/live/", tls })).toThrow("the URL must be one of https");
  });
});
