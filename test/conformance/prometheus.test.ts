import { spawnSync } from "node:child_process";
import { decodeCmsdStatic } from "@svta/cml-cmsd";
import { beforeAll, describe, expect, test } from "vitest";
import { freeTcpPort, freeUdpPort } from "../support/free-port.ts";
import { lacking } from "../support/lacking.ts";
import { LivePackager } from "../support/live-packager.ts";
import { Prometheus, type Series } from "../support/monitoring.ts";
import { PACKAGER } from "../support/packager.ts";
import { processStarter, type Running } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const folder = temporaryFolder();
const start = processStarter();

/** Starts a Prometheus on loopback that scrapes a packager every second. */
async function startPrometheus(packager: LivePackager): Promise<Prometheus> {
  const targets = [packager.base.replace("http://", "")];
  return Prometheus.start(start, folder, await freeTcpPort(), {
    global: { scrape_interval: "1s", scrape_timeout: "1s" },
    scrape_configs: [{ job_name: "packager", static_configs: [{ targets }] }],
  });
}

describe.skipIf(lacking("prometheus", "promtool"))("a Prometheus that scrapes a packager", () => {
  let packager: LivePackager;
  let sender: Running;
  let prometheus: Prometheus;

  beforeAll(async () => {
    const port = await freeUdpPort();
    packager = await LivePackager.start(start, "--input", `udp://127.0.0.1:${port}`, "--segment", "1.92s");
    sender = start(process.execPath, [PACKAGER, "simulate", "--out", `udp://127.0.0.1:${port}`]);
    [prometheus] = await Promise.all([startPrometheus(packager), packager.untilSegments("v1", 2)]);
  });

  const query = (text: string): Promise<readonly Series[]> => prometheus.query(text);

  async function value(text: string): Promise<number | undefined> {
    const [series] = await query(text);
    return series && Number(series.value[1]);
  }

  test("finds it up, and every name is in order", async () => {
    await until("a scrape", async () => (await value('up{job="packager"}')) === 1);
    const text = await (await packager.get("/metrics")).text();
    expect(spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
  });

  test("has the score, the metrics and the bit rate that the segment's header has, for every track", async () => {
    for (const [track, composite] of [
      ["v1", "video"],
      ["v3", "video"],
      ["a1", "audio"],
    ] as const) {
      const series = (name: string): Promise<number | undefined> => value(`mqa_packager_${name}{track="${track}"}`);
      const compared = await until(`${track} to agree with its header`, async () => {
        // All of one scrape, of a segment that the playlist lists: a new one may come in between.
        const number = await series("segment_number");
        const [score, bitrate] = [await series("segment_score"), await series("segment_bitrate")];
        const metrics = await query(`mqa_packager_segment_metric{track="${track}"}`);
        if (number === undefined || number !== (await series("segment_number"))) return undefined;
        const { headers } = await packager.get(`/live/${track}/${number}.m4s`, { method: "HEAD" });
        return { header: decodeCmsdStatic(headers.get("CMSD-Static")!), score, bitrate, metrics };
      });
      const header = compared.header as Record<string, unknown>;
      expect(compared.score).toBe(header[`org.svta.mqa-${composite}`]);
      expect(Math.round(compared.bitrate! / 1000)).toBe(header["br"]);
      const told = compared.metrics.map(({ metric, value }) => [metric["metric"], Number(value[1])]);
      expect(told.length).toBeGreaterThan(0);
      for (const [name, number] of told)
        expect({ [name!]: number }).toEqual({ [name!]: header[`org.svta.mqa-${name}`] });
    }
  });

  test("sees counters rise, the timecode locked and no problem", async () => {
    const before = (await value('mqa_packager_segments_total{track="v1"}'))!;
    await until("more segments", async () => ((await value('mqa_packager_segments_total{track="v1"}')) ?? 0) > before);
    expect(await value('mqa_packager_input_timecode_state{state="locked"}')).toBe(1);
    expect(await value('mqa_packager_input_state{state="receiving"}')).toBe(1);
    expect(await value("mqa_packager_input_bytes_total")).toBeGreaterThan(100_000);
    expect(await query("mqa_packager_problems_total")).toEqual([]);
    expect(await value('mqa_packager_segments_missing_total{track="v1"}')).toBe(0);
    expect(await value('mqa_packager_http_responses_total{kind="operations",status="2xx"}')).toBeGreaterThan(0);
  });

  test("quality.json, the event stream and the log say the same of a segment", async () => {
    const events = await packager.get("/live/quality/events?track=v1");
    const reader = events.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("\n\n")) text += (await reader.read()).value;
    await reader.cancel();
    const data = JSON.parse(/^data: (.*)$/m.exec(text)![1]!) as { readonly number: number };
    const { channel, track, kind, ...report } = data as typeof data & Record<string, unknown>;
    expect([channel, track, kind]).toEqual(["live", "v1", "video"]);
    const path = `/live/v1/quality.json?from=${report.number}&to=${report.number}`;
    expect(await (await packager.get(path)).json()).toEqual({
      ...{ channel: "live", track: "v1", kind: "video", segmentSeconds: 1.92, missing: [] },
      records: [report],
    });
    const line = await until("its line in the log", () =>
      (packager.log() as readonly Record<string, unknown>[]).find(
        (one) => one["msg"] === "segment" && one["track"] === "v1" && one["number"] === report.number,
      ),
    );
    const { quality } = report as unknown as { readonly quality: { readonly score: { readonly value: number } } };
    expect(line).toMatchObject({ level: 30, channel: "live", errors: 0, score: { value: quality.score.value } });
  });

  test("no longer has a score once the encoder is gone, though it has the number", async () => {
    await sender.end();
    await until("the score to go", async () => (await query("mqa_packager_segment_score")).length === 0);
    expect(await value('mqa_packager_segment_number{track="v1"}')).toBeGreaterThan(0);
    await until("the input to be lost", async () => (await value('mqa_packager_input_state{state="lost"}')) === 1);
    expect(await value('mqa_packager_problems_total{code="input-lost"}')).toBe(1);
    expect(packager.faults()).toEqual([]);
  });

  test("ends at once on SIGTERM, an event stream open or not", async () => {
    const events = await packager.get("/live/quality/events");
    const begun = performance.now();
    await packager.running.end("SIGTERM");
    expect(await events.text()).toBe("");
    expect(performance.now() - begun).toBeLessThan(4000);
    expect(packager.running.child.exitCode).toBe(0);
  });
});
