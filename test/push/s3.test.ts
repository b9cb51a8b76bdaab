import { createHash, createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
// @ts-expect-error It has no types.
import S3rver from "s3rver";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { PushOptions } from "../../src/push/push-options.ts";
import type { PushTarget } from "../../src/push/push-target.ts";
import { qualityRecord } from "../server/fake-channel.ts";
import { a1, audioInit, audioSegment, FIRST, v1, videoInit, videoSegment } from "../store/media.ts";
import { until } from "../support/until.ts";
import { ms, openTarget } from "./pushed.ts";
import { type Received, Receiver } from "./receiver.ts";

const directory = mkdtempSync(join(tmpdir(), "s3-"));
let store: { run(): Promise<{ readonly port: number }>; close(): Promise<void> };
let origin: string;
let target: PushTarget;
const changes: string[] = [];

beforeAll(async () => {
  store = new S3rver({ port: 0, address: "127.0.0.1", silent: true, directory, configureBuckets: [{ name: "live" }] });
  const { port } = await store.run();
  origin = `http://127.0.0.1:${port}`;
});

afterEach(() => target.close(ms(0)));

afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true });
});

/** The key that the store knows. */
const ACCESS = { region: "us-east-1", accessKeyId: "S3RVER", secretAccessKey: "S3RVER" };

function open(s3: typeof ACCESS, fields: Partial<PushOptions> = {}): void {
  const place = { url: new URL(`${origin}/live/news/`), shown: "s3://live/news/", s3 };
  const options = { ...place, interface: 2, naming: "served", ...fields } as const;
  target = openTarget(origin, changes, options, { window: ms(6000) });
}

/** As anybody may read it. */
const get = (name: string): Promise<Response> => fetch(`${origin}/live/news/${name}`);

function push(n: number): void {
  const body = [Buffer.from(`[v1 `), Buffer.from(`${n}]`)];
  const size = body.reduce((sum, { length }) => sum + length, 0);
  const quality = qualityRecord({ "mqa-video": 54, psnr: 47.1236 });
  target.push(v1, {
    ...videoSegment(FIRST + n, { ...videoInit("0a"), bytes: Buffer.from("[init v1]") }),
    body,
    size,
    quality,
  });
  target.push(a1, audioSegment(FIRST + n, audioInit("0b"), 2));
}

test("a bucket gets the presentation, with what headers would say as metadata; what nobody needs goes", async () => {
  open(ACCESS, { deletes: true });
  for (let n = 0; n < 12; n++) {
    push(n);
    await until(`segment ${n}`, async () => (await (await get("manifest.mpd")).text()).includes('r="'), 5000).catch(
      () => {},
    );
    await until(`segment ${n}`, () => target.status().state === "idle" && target.status().sent === 2 * (n + 1), 5000);
  }
  const segment = await get(`v1/${FIRST + 11}.m4s`);
  expect(await segment.text()).toBe("[v1 11]");
  expect(segment.headers.get("content-type")).toBe("video/mp4");
  expect(segment.headers.get("cache-control")).toBe("public, max-age=12, immutable");
  expect(segment.headers.get("x-amz-meta-cmsd-static")).toContain("org.svta.mqa-psnr=47.12, org.svta.mqa-video=54");
  expect(await (await get("v1/init-0a.mp4")).text()).toBe("[init v1]");
  await until(
    "the playlist",
    async () => (await (await get("v1/index.m3u8")).text()).includes(`${FIRST + 11}.m4s`),
    5000,
  );
  expect((await get("index.m3u8")).headers.get("content-type")).toBe("application/vnd.apple.mpegurl");
  await until("deletions", async () => (await get(`v1/${FIRST + 2}.m4s`)).status === 404, 5000);
  expect((await get(`v1/${FIRST + 8}.m4s`)).status).toBe(200);
  expect(target.status()).toMatchObject({ url: "s3://live/news/", sent: 24, retried: 0, lost: 0 });
  expect(changes).toEqual([]);
}, 60_000);

test("a key that the store does not know is refused, and said so without the secret", async () => {
  open({ ...ACCESS, accessKeyId: "NOBODY", secretAccessKey: "geheim" });
  push(0);
  await until("the refusal", async () => target.status().state === "refused", 5000);
  expect(changes.toSorted()).toEqual(["a1 refused status 403", "v1 refused status 403"]);
  expect(JSON.stringify([target.status(), changes])).not.toContain("geheim");
});

/** What signs a request, step by step as the store's maker describes it. @spec AWS Signature Version 4: "Create a signed AWS API request" */
function signatureOf({ method, url, headers, body }: Received, secret: string): string {
  const hash = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");
  const mac = (key: string | Buffer, data: string): Buffer => createHmac("sha256", key).update(data).digest();
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization!)![1]!;
  const canonical = names.split(";").map((name) => `${name}:${String(headers[name]).trim().replace(/ +/g, " ")}\n`);
  const request = [method, url, "", canonical.join(""), names, hash(body)].join("\n");
  const [, scope = ""] = /Credential=[^/]+\/([^,]+)/.exec(headers.authorization!)!;
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hash(request)].join("\n");
  const key = scope.split("/").reduce<string | Buffer>((key, part) => mac(key, part), `AWS4${secret}`);
  return mac(key, text).toString("hex");
}

test("requests are signed with all that they say, and their bytes", async () => {
  const receiver = new Receiver();
  await receiver.open();
  const s3 = { ...ACCESS, region: "eu-central-1", sessionToken: "a/b+c=" };
  target = openTarget(
    receiver.origin,
    changes,
    { s3, interface: 2, naming: "served", deletes: true },
    { window: ms(6000) },
  );
  for (let n = 0; n < 12; n++) push(n);
  await until("deletions", async () => receiver.received.some(({ method }) => method === "DELETE"), 5000);
  await until("manifests", async () => receiver.names.includes("manifest.mpd"), 5000);
  for (const request of receiver.received) {
    const { authorization = "" } = request.headers;
    const what = request.method === "PUT" ? "cache-control;content-length;content-type;" : "";
    const meta = request.method === "PUT" ? "x-amz-meta-cmsd-static;" : "";
    expect(/SignedHeaders=([^,]+)/.exec(authorization)![1]!.replace("user-agent;", "").replace(";user-agent", "")).toBe(
      `${what}host;x-amz-content-sha256;x-amz-date;${meta}x-amz-security-token`,
    );
    expect(/Signature=(\w+)/.exec(authorization)![1]).toBe(signatureOf(request, "S3RVER"));
    expect(request.headers["x-amz-content-sha256"]).toBe(createHash("sha256").update(request.body).digest("hex"));
  }
  await receiver.close();
});
