import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultQualitySignals } from "../../src/manifest/quality-signals.ts";
import type { ChannelSnapshot } from "../../src/store/segment.ts";
import { readPublish } from "../config/read.ts";
import { fakeSnapshot, fakeView, LAST_NUMBER, videoInit } from "./fake-channel.ts";
import { TestServer } from "./test-server.ts";

const live = fakeSnapshot();
let current: ChannelSnapshot = live;

const given = {
  profiles: ["keys", "lists", "wowza", "ant-media"],
  metrics: ["mqa-video", "mqa-audio", "psnr", "vmaf"],
};
const publish = { ...readPublish(given), identifier: 'site "b"' };
const server = new TestServer(new Map([["news", fakeView(() => current)]]), { ...defaultQualitySignals, publish });

beforeAll(() => server.listen());
afterAll(() => server.close());

const NAMES = ["cmsd-static", "cmsd-dynamic", "cmsd-mqa"] as const;
const segmentPath = `/news/v1/${LAST_NUMBER}.m4s`;

async function headersOf(method: string, path: string, asked: Record<string, string> = {}): Promise<unknown[]> {
  const { status, headers } = await server.send(method, path, asked);
  return [status, ...NAMES.map((name) => headers[name])];
}

const ofSegment = [
  'at=1800000000000, br=208, d=1920, n="site \\"b\\"", org.svta.mqa-psnr=47.12, org.svta.mqa-score=(54 47.12 93.06), ' +
    'org.svta.mqa-type=("MQA-VIDEO" "PSNR" "VMAF"), org.svta.mqa-video=54, org.svta.mqa-vmaf=93.06, ot=v, st=l',
  '"site \\"b\\"";psnr=47.12;vmaf=93.06',
  "psnr=47.12, vmaf=93.06",
];

const etag = `"${videoInit.id}-${LAST_NUMBER}-50000"`;

test.for<[what: string, method: string, asked: Record<string, string>, status: number]>([
  ["GET", "GET", {}, 200],
  ["HEAD", "HEAD", {}, 200],
  ["GET of a range", "GET", { range: "bytes=0-9" }, 206],
  ["GET of what the client has", "GET", { "if-none-match": etag }, 304],
  ["HEAD of what the client has", "HEAD", { "if-none-match": etag }, 304],
])("%s has every header of the segment", async ([, method, asked, status]) => {
  expect(await headersOf(method, segmentPath, asked)).toEqual([status, ...ofSegment]);
});

test("a range outside of the segment has none of them", async () => {
  expect(await headersOf("GET", segmentPath, { range: "bytes=50000-" })).toEqual([
    416,
    undefined,
    undefined,
    undefined,
  ]);
});

test("sound, playlists and init segments have CMSD-Static alone", async () => {
  const n = 'n="site \\"b\\""';
  expect(await headersOf("GET", `/news/a1/${LAST_NUMBER}.m4s`)).toEqual([
    200,
    `at=1800000000000, br=128, d=1920, ${n}, org.svta.mqa-audio=98, org.svta.mqa-score=(98), org.svta.mqa-type=("MQA-AUDIO"), ot=a, st=l`,
    undefined,
    undefined,
  ]);
  for (const [path, members] of [
    ["/news/index.m3u8", "ot=m, sf=h"],
    ["/news/manifest.mpd", "ot=m, sf=d"],
    ["/news/v1/index.m3u8", "ot=m, sf=h"],
    [`/news/v1/init-${videoInit.id}.mp4`, "ot=i"],
  ] as const) {
    expect(await headersOf("GET", path)).toEqual([200, `${n}, ${members}, st=l`, undefined, undefined]);
  }
});

test("a page of another origin may read all of them", async () => {
  const { headers } = await server.get(segmentPath);
  const exposed = headers["access-control-expose-headers"]!.toLowerCase().split(", ");
  expect(exposed).toEqual(expect.arrayContaining([...NAMES]));
});

test("they stay as they are, but for what tells that the channel has ended", async () => {
  const before = await headersOf("GET", segmentPath);
  expect(await headersOf("GET", segmentPath)).toEqual(before);
  current = { ...live, version: 2, ended: true };
  const [status, cmsd, ...others] = await headersOf("GET", segmentPath);
  expect([status, ...others]).toEqual([before[0], ...before.slice(2)]);
  expect(cmsd).toBe(String(before[1]).replace("st=l", "st=v"));
  current = live;
  expect(await headersOf("GET", segmentPath)).toEqual(before);
});

test("what finds no room is not sent", async () => {
  const narrow = {
    ...readPublish({ headerBudget: 256, keyPrefix: "com.example.quality" }),
    identifier: "x".repeat(64),
  };
  const small = new TestServer(new Map([["news", fakeView(() => live)]]), {
    ...defaultQualitySignals,
    publish: narrow,
  });
  await small.listen();
  const { headers } = await small.get(segmentPath);
  await small.close();
  expect(headers["cmsd-static"]).toBe(
    "at=1800000000000, br=208, com.example.quality-errors=8, com.example.quality-n=48, com.example.quality-psnr=47.12, " +
      `com.example.quality-video=54, d=1920, n="${"x".repeat(64)}", ot=v, st=l`,
  );
});
