import { describe, expect, test } from "vitest";
import { lacking } from "../support/lacking.ts";
import { run } from "../support/run.ts";
import { deployed, readDeployed } from "./deployed.ts";

describe.skipIf(lacking("promtool"))("promtool", () => {
  test.for([
    ["check", "rules", "prometheus/alerts.yml"],
    ["check", "config", "prometheus/prometheus.yml"],
    ["test", "rules", "prometheus/alerts.test.yml"],
  ])("%s %s %s finds nothing wrong", async ([verb, what, path]) => {
    const { code, stdout, stderr } = await run("promtool", [verb!, what!, deployed(path!)]);
    expect({ code, stderr }, stdout).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("SUCCESS");
  });
});

describe.skipIf(lacking("amtool"))("amtool", () => {
  const config = `--config.file=${deployed("alertmanager/alertmanager.yml")}`;

  test("finds nothing wrong with the configuration", async () => {
    expect(await run("amtool", ["check-config", deployed("alertmanager/alertmanager.yml")])).toMatchObject({
      code: 0,
      stderr: "",
    });
  });

  test.for(["critical", "warning"])("sends what is %s to the operators", async (severity) => {
    const labels = [`severity=${severity}`, "alertname=MqaScoreLow", "channel=news"];
    const { code, stdout } = await run("amtool", ["config", "routes", "test", config, ...labels]);
    expect({ code, receivers: stdout.trim() }).toEqual({ code: 0, receivers: "operators" });
  });
});

test("Prometheus scrapes both packagers under the name that the rules go by, and tells Alertmanager", () => {
  type Targets = { readonly static_configs: readonly { readonly targets: readonly string[] }[] };
  const config = readDeployed("prometheus/prometheus.yml") as {
    readonly scrape_configs: readonly (Targets & { readonly job_name: string })[];
    readonly alerting: { readonly alertmanagers: readonly Targets[] };
    readonly rule_files: readonly string[];
  };
  const { static_configs } = config.scrape_configs.find(({ job_name }) => job_name === "mqa-packager")!;
  expect(static_configs).toEqual([{ targets: ["packager-a:8080", "packager-b:8080"] }]);
  expect(config.alerting.alertmanagers[0]!.static_configs).toEqual([{ targets: ["alertmanager:9093"] }]);
  expect(config.rule_files).toEqual(["alerts.yml"]);
});
