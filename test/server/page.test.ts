import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { EncoderCheck } from "../../src/encoder/encoder-check.ts";
import type { QualityRecord } from "../../src/quality/quality-record.ts";
import type { InitSegment, Segment, TrackSnapshot } from "../../src/store/segment.ts";
import type { MediaTime } from "../../src/time/units.ts";
import { audioInit, fakeSnapshot, fakeView, qualityRecord, videoInit } from "./fake-channel.ts";
import { TestServer } from "./test-server.ts";

const SEGMENTS = 4;
const folder = mkdtempSync(join(tmpdir(), "page-"));

/** Lets ffmpeg make the media of one track; the third segment carries no scores. */
function makeTrack(kind: "video" | "audio", source: string[], template: InitSegment): TrackSnapshot {
  const name = (file: string): string => join(folder, `${kind}-${file}`);
  const format = ["-f", "hls", "-hls_time", "1.92", "-hls_list_size", "0", "-hls_segment_type", "fmp4"];
  const names = ["-hls_fmp4_init_filename", `${kind}-init.mp4`, "-hls_segment_filename", name("%d.m4s")];
  execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", ...source, ...format, ...names, name("index.m3u8")]);
  const init = { ...template, bytes: new Uint8Array(readFileSync(name("init.mp4"))) };
  const segments = Array.from({ length: SEGMENTS }, (_, number): Segment => {
    const bytes = new Uint8Array(readFileSync(name(`${number}.m4s`)));
    const duration = 1.92 * init.timescale;
    const scores = kind === "video" ? { "mqa-video": 50 + number * 10, psnr: 41.5, ssim: 0.98, vmaf: 90 + number } : {};
    return {
      number,
      start: (number * duration) as MediaTime,
      duration,
      init,
      timecode: "none",
      size: bytes.length,
      body: [bytes],
      quality: qualityOf(number, kind === "audio" ? { "mqa-audio": 97 } : scores),
    };
  });
  const id = kind === "video" ? "v1" : "a1";
  return { track: { id, kind }, segments, peakBitrate: 500_000, averageBitrate: 400_000 };
}

/** The first segment of pictures is under the threshold, and says why; the third has no scores. */
function qualityOf(number: number, scores: Record<string, number>): QualityRecord {
  if (number === 2) return qualityRecord({}, 0);
  const record = qualityRecord(scores);
  if (number !== 0 || record.score === undefined || "mqa-audio" in scores) return record;
  return {
    ...record,
    score: { ...record.score, base: 91, penalties: { transport: 16, lost: 25 } },
    pictures: { ...record.pictures, lost: 12 },
    transport: [{ code: "continuity", pid: 256, events: 8, packets: 30 }],
  };
}

const name = "<b>news</b> & more";

/** How its encoder is set: one line of each verdict. */
const checks: EncoderCheck[] = [
  { check: "input", verdict: "ok", seen: "receiving" },
  { check: "gop-length", tracks: ["v1", "v2"], verdict: "wrong", seen: "1.6 s (40 pictures), does not divide 2 s" },
  { check: "scores", tracks: ["v1"], verdict: "attention", seen: "on 9 % of the <i>pictures</i>" },
  { check: "grid", tracks: ["v1"], verdict: "unknown", seen: "no timecode says where its lines are" },
];
const status = {
  timecode: "unlocked",
  inputs: [
    {
      url: "udp://127.0.0.1:5000",
      timecode: { state: "unlocked", source: "none", reason: "no timecode comes" },
      encoder: { checks },
    },
  ],
};
let server: TestServer;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  const picture = [
    "-i",
    `testsrc2=s=320x180:r=25:d=${SEGMENTS * 1.92}`,
    "-c:v",
    "libx264",
    "-g",
    "48",
    "-preset",
    "ultrafast",
  ];
  const tone = ["-i", `sine=r=48000:d=${SEGMENTS * 1.92}`, "-c:a", "aac"];
  const tracks = [
    makeTrack("video", picture, { ...videoInit, timescale: 12_800 }),
    makeTrack("audio", tone, audioInit),
  ];
  const channel = fakeSnapshot({ name, ended: true, tracks });
  server = new TestServer(
    new Map([
      [name, { ...fakeView(() => channel), status: () => status }],
      ["starting", fakeView(() => undefined)],
    ]),
  );
  await server.listen();
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
  page = await browser.newPage({ viewport: { width: 390, height: 844 } });
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (new URL(request.url()).port !== String(server.port)) complaints.push(`went to ${request.url()}`);
  });
  await page.addInitScript({
    content: `globalThis.shifts = 0;
      new PerformanceObserver((list) => { for (const { value } of list.getEntries()) shifts += value; })
        .observe({ type: "layout-shift", buffered: true });`,
  });
  await page.goto(`http://127.0.0.1:${server.port}/`);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await server?.close();
  rmSync(folder, { recursive: true });
});

const news = () => page.locator("article").first();
const rendition = (id: string) => news().locator(".rendition").filter({ hasText: id });

/** What stands in a table's rows, in one go, as it changes. */
const rows = (): Promise<string[][]> =>
  page.evaluate(`[...document.querySelectorAll("article tbody")][0].rows.length === 0 ? [] :
    [...document.querySelectorAll("article tbody")[0].rows].map((row) => [...row.cells].map((cell) => cell.textContent))`);

test("shows the score of each rendition as a line, in which a missing one leaves a gap", {
  timeout: 30_000,
}, async () => {
  await expect.poll(() => rendition("v1").locator(".score").textContent(), { timeout: 20_000 }).toBe("80");
  // 50, 60, none, 80: two strokes begin.
  expect(await rendition("v1").locator(".line").getAttribute("d")).toBe("M56 50h0L57 40M59 20h0");
  expect(await rendition("v1").locator("small").textContent()).toBe("1280×720");
  expect(await rendition("a1").locator(".score").textContent()).toBe("97");
  expect(await rendition("a1").locator("small").textContent()).toBe("stereo");
});

test("marks segments under the threshold, and draws it", async () => {
  expect(await rendition("v1").locator(".threshold").getAttribute("d")).toBe("M0 40H59");
  expect(await rendition("v1").locator(".poor").getAttribute("d")).toBe("M56 50V100");
  expect(await rendition("a1").locator(".poor").getAttribute("d")).toBe("");
});

test("lists the newest segments with what they lost points for, of the rendition that is chosen", async () => {
  expect((await rows()).slice(0, 5)).toEqual([
    ["3", "80", "–", "0", "0", "93.0", "41.5", "98.0"],
    ["2", "–", "–", "0", "0", "–", "–", "–"],
    ["1", "60", "–", "0", "0", "91.0", "41.5", "98.0"],
    ["0", "50", "−16 transport, −25 lost", "8", "12", "90.0", "41.5", "98.0"],
    Array(8).fill("\u00a0"),
  ]);
  expect(await news().locator("tbody tr.is-poor").count()).toBe(1);
  await rendition("a1").click();
  expect((await rows())[0]).toEqual(["3", "97", "–", "0", "0", "–", "–", "–"]);
  expect(await news().locator("caption").textContent()).toBe("Newest segments of a1");
  expect(await news().locator(".json").getAttribute("href")).toMatch(/\/a1\/quality\.json$/);
  await rendition("v1").click();
});

test("shows the header of the newest segment played, as it came", { timeout: 30_000 }, async () => {
  const code = news().locator(".header code");
  await expect.poll(() => code.textContent(), { timeout: 20_000 }).toMatch(/org\.svta\.mqa-video=80, .*ot=v/);
});

test("plays", { timeout: 30_000 }, async () => {
  const position = (): Promise<number> => page.evaluate("document.querySelector('video').currentTime");
  await expect.poll(position, { timeout: 20_000 }).toBeGreaterThan(1);
});

test("shows names as text, links to the manifests, and the states", async () => {
  const [news, starting] = [page.locator("article").first(), page.locator("article").last()];
  expect(await news.locator("h2").textContent()).toBe(name);
  expect(await news.locator("b").count()).toBe(0);
  expect(await news.locator(".state").textContent()).toBe("Ended");
  expect(await news.locator(".timecode").textContent()).toBe("Timecode: unlocked, no timecode comes");
  expect(await starting.locator(".state").textContent()).toBe("Waiting for the first segment");
  for (const link of ["hls", "dash"]) {
    const path = await page.evaluate<string>(`document.querySelector(".${link}").pathname`);
    expect((await server.get(path)).status).toBe(200);
  }
});

test("breaks no rule of its own content security policy, goes nowhere else, moves nothing and fits a phone", async () => {
  expect(complaints).toEqual([]);
  expect(await page.evaluate("shifts")).toBe(0);
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
});

// Last, as what is unfolded moves what is below it.

/** What the lines of the encoder check say. */
const checkLines = (): Promise<string[][]> =>
  page.evaluate(`[...document.querySelectorAll("article:first-child .encoder li")].map((item) =>
    [...item.children].map((part) => part.textContent))`);

test("says how the encoder is set: the worst first in the summary, each line where it is unfolded", async () => {
  const encoder = news().locator(".encoder");
  expect(await encoder.locator("summary").textContent()).toBe(
    "Encoder check: 1 wrong, 1 attention, 1 not known yet, 1 ok",
  );
  expect(await encoder.getAttribute("data-verdict")).toBe("wrong");
  expect(await encoder.locator("li").first().isVisible()).toBe(false);
  await encoder.locator("summary").click();
  expect(await encoder.locator("h3").allInnerTexts()).toEqual(["udp://127.0.0.1:5000"]);
  expect(await checkLines()).toEqual([
    ["ok", "Input", "receiving"],
    ["wrong", "GOP length", "v1, v2: 1.6 s (40 pictures), does not divide 2 s"],
    ["attention", "Quality scores", "v1: on 9 % of the <i>pictures</i>"],
    ["not known yet", "I-frames on the grid", "v1: no timecode says where its lines are"],
  ]);
  expect(await encoder.locator("li").nth(1).isVisible()).toBe(true);
  expect(await encoder.locator("li").nth(1).getAttribute("title")).toBe("docs/encoders.md#gop-length");
  await encoder.locator("summary").click();
});

test("what is no longer seen of the encoder goes, and what has changed is written anew", async () => {
  checks.splice(1, 2, { check: "scores", tracks: ["v1"], verdict: "ok", seen: "on every picture" });
  await expect.poll(checkLines).toEqual([
    ["ok", "Input", "receiving"],
    ["ok", "Quality scores", "v1: on every picture"],
    ["not known yet", "I-frames on the grid", "v1: no timecode says where its lines are"],
  ]);
  expect(await news().locator(".encoder").getAttribute("data-verdict")).toBe("unknown");
});

test("of a channel of which nothing is known yet it says nothing", async () => {
  expect(await page.locator("article").last().locator(".encoder summary").textContent()).toBe("Encoder check: –");
  expect(complaints).toEqual([]);
});
