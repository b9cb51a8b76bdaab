import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { alertRules, dashboardQueries, deployed, readDeployed } from "../deploy/deployed.ts";
import { queryNames } from "../deploy/query-names.ts";
import { freeTcpPort, freeUdpPort } from "../support/free-port.ts";
import { lacking } from "../support/lacking.ts";
import { LivePackager } from "../support/live-packager.ts";
import { Prometheus, startAlertmanager } from "../support/monitoring.ts";
import { PACKAGER } from "../support/packager.ts";
import { processStarter } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const folder = temporaryFolder();
const start = processStarter();

/** An alert as Alertmanager tells it. */
type Told = {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
};

/** Stands for Slack, which takes the messages, and for an origin, which takes what is pushed. */
class Receiver {
  readonly #server: Server;
  /** All alerts of all messages, in the order in which they came. */
  readonly told: Told[] = [];

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      if (request.method === "POST") {
        const message = JSON.parse(Buffer.concat(chunks).toString()) as { readonly alerts: readonly Told[] };
        this.told.push(...message.alerts);
      }
      response.end();
    });
  }

  static async open(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, "127.0.0.1", resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** What was told of a low score of a track, on any packager or on all together. */
  lowScores(track: string): readonly Told[] {
    return this.told.filter(
      ({ labels }) => labels["alertname"]?.startsWith("MqaScoreLow") && labels["track"] === track,
    );
  }
}

type PrometheusConfig = {
  readonly scrape_configs: readonly { readonly job_name: string; readonly static_configs: readonly object[] }[];
};

/** The configuration that is shipped; only addresses and intervals are others. */
function prometheusConfig(packagers: Readonly<Record<string, string>>, alertmanager: string, own: string): object {
  const shipped = readDeployed("prometheus/prometheus.yml") as PrometheusConfig;
  return {
    ...shipped,
    global: { scrape_interval: "1s", scrape_timeout: "1s", evaluation_interval: "1s" },
    rule_files: [deployed("prometheus/alerts.yml")],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
    scrape_configs: shipped.scrape_configs.map((job) => ({
      ...job,
      static_configs:
        job.job_name === "mqa-packager"
          ? Object.entries(packagers).map(([instance, base]) => ({ targets: [host(base)], labels: { instance } }))
          : [{ targets: [own] }],
    })),
  };
}

type Route = { readonly routes?: readonly object[] };

/** The same of Alertmanager. */
function alertmanagerConfig(url: string): object {
  const shipped = readDeployed("alertmanager/alertmanager.yml") as {
    readonly route: Route;
    readonly receivers: readonly { readonly webhook_configs: readonly object[] }[];
  };
  const soon = { group_wait: "1s", group_interval: "1s" };
  const routes = shipped.route.routes!.map((route) => ({ ...route, ...soon }));
  return {
    ...shipped,
    route: { ...shipped.route, ...soon, routes },
    receivers: shipped.receivers.map((receiver) => ({
      ...receiver,
      webhook_configs: receiver.webhook_configs.map((webhook) => ({ ...webhook, url })),
    })),
  };
}

function host(base: string): string {
  return base.replace("http://", "");
}

const [A, B] = ["packager-a:8080", "packager-b:8080"];

/** What may be empty: there is neither SRT nor RTP, and the drift is known after a minute. */
const MAY_BE_EMPTY = ["Lost packets of SRT and RTP", "Drift of clocks"];

describe.skipIf(lacking("prometheus", "prometheus-alertmanager"))("rain on the way to A, of two packagers", () => {
  let receiver: Receiver;
  let prometheus: Prometheus;
  let alertmanager: string;
  let rain: string;

  beforeAll(async () => {
    receiver = await Receiver.open();
    const ports = [await freeUdpPort(), await freeUdpPort()];
    const [control, own, other] = [await freeTcpPort(), await freeTcpPort(), await freeTcpPort()];
    rain = `http://127.0.0.1:${control}/rain`;
    alertmanager = await startAlertmanager(start, folder, other, alertmanagerConfig(receiver.url));
    const flags = ["--segment", "1.92s", "--push", `${receiver.url}live/`];
    const [a, b] = await Promise.all(
      ports.map((port) => LivePackager.start(start, "--input", `udp://127.0.0.1:${port}`, ...flags)),
    );
    const packagers = { [A]: a!.base, [B]: b!.base };
    const config = prometheusConfig(packagers, host(alertmanager), `127.0.0.1:${own}`);
    const outputs = ports.map((port) => `udp://127.0.0.1:${port}`);
    start(process.execPath, [PACKAGER, "simulate", "--out", ...outputs, "--control", `127.0.0.1:${control}`]);
    prometheus = await Prometheus.start(start, folder, own, config);
    await Promise.all([a!.untilSegments("v1", 2), b!.untilSegments("v1", 2)]);
  });

  afterAll(() => receiver.close());

  test("raises the alert of A's score, with what somebody needs to know", async () => {
    const response = await fetch(rain, { method: "PUT", body: JSON.stringify({ loss: "3%", output: 1 }) });
    expect(response.status).toBe(200);
    const told = await until("the alert", () =>
      receiver.lowScores("v1").find(({ labels }) => labels["alertname"] === "MqaScoreLow"),
    );
    expect(told).toMatchObject({
      status: "firing",
      labels: { job: "mqa-packager", instance: A, channel: "live", track: "v1", severity: "warning" },
      annotations: {
        summary: `live v1 on ${A} looks or sounds bad`,
        description: expect.stringMatching(
          /^\d+ segments in a row are below the threshold; the newest scores \d+\.$/,
        ) as string,
        runbook_url: "docs/operations.md#mqascorelow",
      },
    });
  });

  test("shows on each panel of the dashboard, whose queries Prometheus accepts", async () => {
    const answers = await Promise.all(
      dashboardQueries().map(async ({ title, expr }) => ({ title, series: (await prometheus.query(expr)).length })),
    );
    expect(answers.length).toBeGreaterThan(30);
    const empty = answers.filter(({ title, series }) => series === 0 && !MAY_BE_EMPTY.includes(title));
    expect(empty).toEqual([]);
  });

  test("leaves no alert without a metric to go by, and Prometheus evaluates them all", async () => {
    const response = await fetch(`${prometheus.base}/api/v1/rules?type=alert`);
    const { data } = (await response.json()) as {
      readonly data: { readonly groups: readonly { readonly rules: readonly { name: string; health: string }[] }[] };
    };
    const health = data.groups.flatMap(({ rules }) => rules.map(({ name, health }) => `${name} ${health}`));
    expect(health.sort()).toEqual(
      alertRules()
        .map(({ alert }) => `${alert} ok`)
        .sort(),
    );
    const metrics = new Set(alertRules().flatMap(({ expr }) => queryNames(expr).selectors.map(({ metric }) => metric)));
    const absent: string[] = [];
    // Known after a minute.
    metrics.delete("mqa_packager_input_clock_drift_ratio");
    for (const metric of metrics) if ((await prometheus.query(metric)).length === 0) absent.push(metric);
    expect(absent).toEqual([]);
  });

  test("is over when the rain is, and B was never named", async () => {
    await fetch(rain, { method: "DELETE" });
    const over = await until(
      "the end of the alert",
      () => receiver.lowScores("v1").find(({ status }) => status === "resolved"),
      45_000,
    );
    expect(over.labels).toMatchObject({ alertname: "MqaScoreLow", instance: A });
    const named = receiver.lowScores("v1").map(({ labels }) => `${labels["alertname"]} ${labels["instance"]}`);
    expect([...new Set(named)]).toEqual([`MqaScoreLow ${A}`]);
    expect(await prometheus.query(`mqa_packager_segment_score{instance="${B}", track="v1"}`)).toHaveLength(1);
  });

  test("an input that is gone keeps alerts silent that follow from it, on that packager alone", async () => {
    const alert = (alertname: string, instance: string, more: object = {}) => ({
      labels: { alertname, job: "mqa-packager", instance, channel: "quiet", severity: "critical", ...more },
    });
    const alerts = [
      alert("MqaInputLost", A, { input: "1" }),
      alert("MqaNoSegments", A),
      alert("MqaScoreLow", A, { track: "v1" }),
      alert("MqaPushFailing", A, { target: "https://origin/" }),
      alert("MqaNoSegments", B),
    ];
    const body = JSON.stringify(alerts);
    const headers = { "content-type": "application/json" };
    expect((await fetch(`${alertmanager}/api/v2/alerts`, { method: "POST", headers, body })).status).toBe(200);
    const sent = await until("the messages", () => {
      const quiet = receiver.told.filter(({ labels }) => labels["channel"] === "quiet");
      return quiet.length >= 3 && quiet;
    });
    const names = sent.map(({ labels }) => `${labels["alertname"]} ${labels["instance"]}`);
    expect([...new Set(names)].sort()).toEqual([`MqaInputLost ${A}`, `MqaNoSegments ${B}`, `MqaPushFailing ${A}`]);
    const answer = await fetch(`${alertmanager}/api/v2/alerts?filter=channel%3D%22quiet%22&active=false`);
    const held = (await answer.json()) as readonly { labels: Record<string, string>; status: { state: string } }[];
    expect(
      held.map(({ labels, status }) => `${labels["alertname"]} ${labels["instance"]} ${status.state}`).sort(),
    ).toEqual([`MqaNoSegments ${A} suppressed`, `MqaScoreLow ${A} suppressed`]);
  });
});
