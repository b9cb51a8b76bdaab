import { spawnSync } from "node:child_process";
import { totalmem } from "node:os";
import { expect, test } from "vitest";
import type { Milliseconds } from "../../src/time/units.ts";
import { FIRST_NUMBER, NOW } from "../server/fake-channel.ts";
import { lacking } from "../support/lacking.ts";
import { readMetrics } from "./read-metrics.ts";
import { plain, SyntheticChannel, scored, troubled } from "./synthetic-channel.ts";

/** A channel with a troubled segment after a good one and a hole, and a sound. */
function troubledChannel(): SyntheticChannel {
  const channel = new SyntheticChannel();
  channel.publish("v1", 0, scored(80));
  channel.publish("v1", 3, troubled);
  channel.publish("a1", 3, scored(60));
  return channel;
}

/** All series of a family, each as `{label values} value`. */
async function series(channel: SyntheticChannel, name: string): Promise<readonly string[]> {
  const family = readMetrics(await channel.metrics.render()).find((one) => one.name === `mqa_packager_${name}`);
  return family!.series.map(({ labels, value }) => `${Object.values(labels).join(" ")} ${value}`.trim());
}

test.for<[name: string, series: readonly string[]]>([
  ["channel_segment_duration_seconds", ["news 1.92"]],
  ["channel_ended", ["news 0"]],
  ["segment_score", ["news v1 30", "news a1 60"]],
  [
    "segment_metric",
    ["news v1 psnr 47.12", "news v1 ssim 100", "news v1 vmaf 93.06", "news v1 errors 11", "news a1 errors 0"],
  ],
  ["segment_penalty_points", ["news v1 transport 8", "news v1 lost 15.6"]],
  ["segment_bitrate", ["news v1 200000", "news a1 200000"]],
  ["segment_number", [`news v1 ${FIRST_NUMBER + 3}`, `news a1 ${FIRST_NUMBER + 3}`]],
  ["segment_end_timestamp_seconds", ["news v1 1728000007.68", "news a1 1728000007.68"]],
  ["segment_published_timestamp_seconds", [`news v1 ${NOW / 1000}`, `news a1 ${NOW / 1000}`]],
  ["segments_total", ["news v1 2", "news a1 1"]],
  ["segment_bytes_total", ["news v1 96000", "news a1 48000"]],
  ["segments_missing_total", ["news v1 2", "news a1 0"]],
  ["segments_below_threshold_total", ["news v1 1", "news a1 0"]],
  ["segments_below_threshold_in_a_row", ["news v1 1", "news a1 0"]],
  ["pictures_expected_total", ["news v1 96", "news a1 48"]],
  ["pictures_received_total", ["news v1 94", "news a1 48"]],
  ["pictures_scored_total", ["news v1 45", "news a1 0"]],
  ["pictures_lost_total", ["news v1 2", "news a1 0"]],
  ["pictures_damaged_total", ["news v1 1", "news a1 0"]],
  ["pictures_undecodable_total", ["news v1 20", "news a1 0"]],
  ["transport_errors_total", ["news v1 continuity 2", "news v1 transport-error 1"]],
  ["transport_lost_packets_total", ["news v1 9", "news a1 0"]],
  ["input_info", ['news 1 udp://127.0.0.1:5000?interface="lo" 1', "news 2 srt://:9000?mode=listener&passphrase=*** 1"]],
  [
    "input_state",
    [
      "news 1 connecting 0",
      "news 1 receiving 1",
      "news 1 lost 0",
      "news 2 connecting 1",
      "news 2 receiving 0",
      "news 2 lost 0",
    ],
  ],
  ["input_bytes_total", ["news 1 1316000", "news 2 0"]],
  ["input_datagrams_total", ["news 1 1000", "news 2 0"]],
  ["input_last_data_timestamp_seconds", [`news 1 ${NOW / 1000}`]],
  ["input_restarts_total", ["news 1 2", "news 2 0"]],
  ["input_rtp_lost_packets_total", ["news 1 3"]],
  [
    "input_srt_packets_total",
    ["news 1 received 1010", "news 1 lost 12", "news 1 dropped 1", "news 1 retransmitted 11"],
  ],
  ["input_srt_rtt_seconds", ["news 1 0.025"]],
  ["input_timecode_error_pictures", ["news 1 0"]],
  ["input_clock_drift_ratio", ["news 1 0.0000035"]],
  ["problems_total", ["news  grid-irregular 1", "news 1 continuity 4"]],
  ["score_threshold", ["60"]],
])("%s", async ([name, expected]) => {
  const found = await series(troubledChannel(), name);
  expect(found.map((line) => line.replace(/ 3.5e-6$| 0.0000035$/, " 0.0000035"))).toEqual(expected);
});

test("responses are counted by kind and class of status", async () => {
  const channel = new SyntheticChannel();
  for (const status of [200, 206, 304, 404, 410]) channel.responses.add("segment", status);
  channel.responses.add("page", 200);
  expect(await series(channel, "http_responses_total")).toEqual([
    "segment 2xx 2",
    "segment 3xx 1",
    "segment 4xx 2",
    "page 2xx 1",
  ]);
});

test("before the first segment there is no series of a track, and none is invented", async () => {
  const channel = new SyntheticChannel();
  expect(await series(channel, "segment_score")).toEqual([]);
  expect(await series(channel, "segments_total")).toEqual([]);
});

test("a score that stops coming is absent, not 0 and not what it was; the rest goes on", async () => {
  const channel = troubledChannel();
  channel.publish("v1", 4, plain);
  expect(await series(channel, "segment_score")).toEqual(["news a1 60"]);
  expect(await series(channel, "segment_penalty_points")).toEqual([]);
  expect(await series(channel, "segment_metric")).toEqual(["news v1 errors 0", "news a1 errors 0"]);
  expect(await series(channel, "segments_below_threshold_total")).toEqual(["news v1 1", "news a1 0"]);
});

test("what segments said is absent once they stop coming; number and end stay, to see since when", async () => {
  const channel = troubledChannel();
  channel.now = (NOW + 3 * 1920) as Milliseconds;
  expect(await series(channel, "segment_score")).toEqual(["news v1 30", "news a1 60"]);
  channel.now = (NOW + 3 * 1920 + 1) as Milliseconds;
  const quality = ["segment_score", "segment_metric", "segment_penalty_points", "segment_bitrate"];
  for (const name of [...quality, "segments_below_threshold_in_a_row"]) {
    expect(await series(channel, name)).toEqual([]);
  }
  expect((await series(channel, "segment_number")).length).toBe(2);
  expect((await series(channel, "segment_end_timestamp_seconds")).length).toBe(2);
  expect((await series(channel, "segment_published_timestamp_seconds")).length).toBe(2);
  channel.publish("a1", 7, scored(70));
  expect(await series(channel, "segment_score")).toEqual(["news a1 70"]);
});

test("a row of segments below the threshold grows with each, over a hole too, and ends with a good one or one without a score", async () => {
  const channel = new SyntheticChannel();
  const inARow = async (number: number, quality: typeof plain): Promise<readonly string[]> => {
    channel.publish("v1", number, quality);
    return await series(channel, "segments_below_threshold_in_a_row");
  };
  expect(await inARow(0, scored(60))).toEqual(["news v1 0"]);
  expect(await inARow(1, scored(59))).toEqual(["news v1 1"]);
  expect(await inARow(5, scored(0))).toEqual(["news v1 2"]);
  expect(await inARow(6, scored(90))).toEqual(["news v1 0"]);
  expect(await inARow(7, scored(10))).toEqual(["news v1 1"]);
  expect(await inARow(8, plain)).toEqual(["news v1 0"]);
});

test("the limit of memory is more than what the process has, and no more than the machine has", async () => {
  const families = readMetrics(await new SyntheticChannel().metrics.render());
  const gauge = (name: string) => families.find((one) => one.name === name)!.series[0]!.value;
  const limit = gauge("mqa_packager_memory_limit_bytes");
  expect(limit).toBeGreaterThan(gauge("process_resident_memory_bytes"));
  expect(limit).toBeLessThanOrEqual(totalmem());
});

test("metrics of unknown names make no series, however many an encoder sends", async () => {
  const channel = new SyntheticChannel();
  const metrics = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`made-up-${i}`, troubled.metrics["psnr"]!]));
  channel.publish("v1", 0, { ...troubled, metrics });
  expect(await series(channel, "segment_metric")).toEqual(["news v1 errors 3"]);
});

test("scrapes at the same time get the same whole text", async () => {
  const channel = troubledChannel();
  const texts = await Promise.all([1, 2, 3].map(() => channel.metrics.render()));
  expect(new Set(texts).size).toBe(1);
  channel.publish("v1", 4, scored(99));
  expect(await series(channel, "segment_score")).toEqual(["news v1 99", "news a1 60"]);
});

test("packagers in one process share nothing", async () => {
  const [one, other] = [troubledChannel(), new SyntheticChannel()];
  expect((await series(one, "segments_total")).length).toBe(2);
  expect(await series(other, "segments_total")).toEqual([]);
});

test("the process tells of itself", async () => {
  const names = readMetrics(await new SyntheticChannel().metrics.render()).map(({ name }) => name);
  for (const name of [
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "nodejs_eventloop_lag_p99_seconds",
  ]) {
    expect(names).toContain(name);
  }
});

test.skipIf(lacking("promtool"))("promtool finds nothing to complain about", async () => {
  const text = await troubledChannel().metrics.render();
  const check = (input: string) => spawnSync("promtool", ["check", "metrics"], { input, encoding: "utf8" });
  expect(check(text)).toMatchObject({ status: 0, stdout: "", stderr: "" });
  expect(check(text.replaceAll("mqa_packager_segments_total", "mqa_packager_segments")).status).not.toBe(0);
});
