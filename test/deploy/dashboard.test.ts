import { expect, test } from "vitest";
import { dashboard, dashboardQueries, type Panel, readDeployed } from "./deployed.ts";
import { knownMetrics } from "./known-metrics.ts";
import { queryNames } from "./query-names.ts";

const { panels, templating } = dashboard();
const graphs = panels.filter(({ type }) => type !== "row");
const GRID_COLUMNS = 24;

test("each panel says what it shows, with unit, thresholds and queries of the chosen data source", () => {
  expect(graphs.length).toBeGreaterThan(25);
  for (const { title, description, datasource, targets, fieldConfig } of graphs) {
    expect({ title, description }).toEqual({ title, description: expect.stringMatching(/\.$/) as string });
    expect(fieldConfig!.defaults.unit).toBeTruthy();
    expect(fieldConfig!.defaults.thresholds.steps[0]!.value).toBeNull();
    expect(targets!.length).toBeGreaterThan(0);
    for (const { uid } of [datasource!, ...targets!.map(({ datasource }) => datasource)]) {
      expect(uid).toBe("$" + "{datasource}");
    }
    expect(new Set(targets!.map(({ refId }) => refId)).size).toBe(targets!.length);
  }
});

test("panels have numbers of their own and do not lie on each other", () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const overlap = ({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean =>
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  for (const [index, panel] of panels.entries()) {
    expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(GRID_COLUMNS);
    const below = panels.slice(index + 1).filter((other) => overlap(panel, other));
    expect(below.map(({ title }) => `${panel.title} and ${title}`)).toEqual([]);
  }
});

test("queries name metrics and labels that there are, and variables that the dashboard has", async () => {
  const known = await knownMetrics();
  const variables = templating.list.map(({ name }) => name);
  expect(variables).toEqual(["datasource", "channel", "instance", "track"]);
  const used = JSON.stringify(panels.map(({ title, targets }) => [title, targets?.map(({ expr }) => expr)]));
  for (const [, name] of used.matchAll(/\$(\w+)/g)) expect([...variables, "__rate_interval"]).toContain(name);
  const definitions = templating.list.flatMap(({ definition }) => definition ?? []);
  const asked = definitions.map((text) => /^label_values\((.+), (\w+)\)$/.exec(text)!);
  const queries = [
    ...dashboardQueries().map(({ expr }) => ({ expr, also: [] })),
    ...asked.map(([, expr, label]) => ({ expr: expr!, also: [label!] })),
  ];
  for (const { expr, also } of queries) {
    const { selectors, groupings } = queryNames(expr);
    expect(selectors.length).toBeGreaterThan(0);
    for (const { metric, labels } of selectors) {
      expect([...known.keys()]).toContain(metric);
      for (const label of labels) expect(known.get(metric)).toContain(label);
    }
    const all = selectors.flatMap(({ metric }) => known.get(metric)!);
    for (const label of [...groupings, ...also]) expect(all).toContain(label);
  }
});

test("legends name labels that the query leaves", async () => {
  const known = await knownMetrics();
  const targets = graphs.flatMap(({ targets }) => targets! as readonly { expr: string; legendFormat?: string }[]);
  for (const { expr, legendFormat = "" } of targets) {
    const { selectors } = queryNames(expr);
    const labels = selectors.flatMap(({ metric }) => known.get(metric)!);
    const by = /^(?:sum|min|max) by \(([^)]*)\)/.exec(expr)?.[1]?.split(", ") ?? labels;
    for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
      expect({ expr, by }).toEqual({ expr, by: expect.arrayContaining([label]) as string[] });
  }
});

test("Grafana finds the data source by the name of the variable's default, and the dashboard by its folder", () => {
  const { datasources } = readDeployed("grafana/provisioning/datasources/prometheus.yml") as {
    readonly datasources: readonly { readonly uid: string; readonly url: string; readonly isDefault: boolean }[];
  };
  const current = templating.list[0] as unknown as { readonly current: { readonly value: string } };
  expect(datasources).toMatchObject([{ uid: current.current.value, url: "http://prometheus:9090", isDefault: true }]);
  const { providers } = readDeployed("grafana/provisioning/dashboards/mqa-packager.yml") as {
    readonly providers: readonly { readonly options: { readonly path: string } }[];
  };
  expect(providers[0]!.options.path).toBe("/etc/grafana/dashboards");
});
