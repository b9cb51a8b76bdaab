import { afterAll, beforeAll, expect, test } from "vitest";
import { defaultQualitySignals } from "../../src/manifest/quality-signals.ts";
import { defaultPublishOptions } from "../../src/quality/publish-options.ts";
import { scoredChannel } from "../manifest/scored-channel.ts";
import { fakeView } from "./fake-channel.ts";
import { TestServer } from "./test-server.ts";

const channel = scoredChannel().snapshot()!;
const channels = new Map([["news", fakeView(() => channel)]]);
const plain = new TestServer(channels);
const all = new TestServer(channels, {
  score: false,
  dateRange: true,
  events: true,
  cmsdTags: true,
  publish: { ...defaultPublishOptions, keyPrefix: "com.example.q" },
});

beforeAll(() => Promise.all([plain.listen(), all.listen()]));
afterAll(() => Promise.all([plain.close(), all.close()]));

test.for([
  ["/news/index.m3u8", /,SCORE=\d/, defaultQualitySignals.score, false],
  ["/news/v1/index.m3u8", /^#EXT-X-DATERANGE:.*,X-COM-EXAMPLE-Q-VIDEO=9\d,/m, false, true],
  ["/news/v1/index.m3u8", /^#EXT-X-CMSD-STATIC:com\.example\.q-errors=0, /m, false, true],
  ["/news/manifest.mpd", /<Event [^>]*>com\.example\.q-errors=0, /, false, true],
  ["/news/manifest.mpd", /<SupplementalProperty [^>]*value="com\.example\.q-errors=0, /, false, true],
] as const)("%s has %s by default: %s, else as switched: %s", async ([path, pattern, byDefault, switched]) => {
  expect(pattern.test((await plain.get(path)).body.toString())).toBe(byDefault);
  expect(pattern.test((await all.get(path)).body.toString())).toBe(switched);
});
