import { join } from "node:path";
import { expect, test } from "vitest";
import { freeTcpPort } from "../support/free-port.ts";
import { PROJECT } from "../support/packager.ts";
import { processStarter } from "../support/processes.ts";
import { until } from "../support/until.ts";

const start = processStarter();

test("what stands for Slack writes a line an alert, refuses what is none, and ends at once", async () => {
  const port = await freeTcpPort();
  const running = start(process.execPath, [join(PROJECT, "deploy/alert-receiver.js"), String(port)]);
  const url = `http://127.0.0.1:${port}/`;
  await until("it to listen", async () => (await fetch(url).catch(() => undefined))?.ok);
  const alert = (status: string, summary: string) => ({
    ...{ status, labels: { alertname: "MqaScoreLow", severity: "warning" } },
    annotations: { summary, runbook_url: "docs/operations.md#mqascorelow" },
  });
  const post = async (body: string) => (await fetch(url, { method: "POST", body })).status;
  const alerts = [alert("firing", "news v1 looks bad"), alert("resolved", 'a\n"b"')];
  expect(await post(JSON.stringify({ alerts }))).toBe(200);
  expect(await post("{}")).toBe(400);
  expect(running.stdout.split("\n")).toEqual([
    "firing: MqaScoreLow | warning | news v1 looks bad | docs/operations.md#mqascorelow",
    'resolved: MqaScoreLow | warning | a\\n\\"b\\" | docs/operations.md#mqascorelow',
    "what came is no message of Alertmanager",
    "",
  ]);
  await running.end("SIGTERM");
  expect(running.child.exitCode).toBe(0);
});
