import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { PROJECT } from "../support/packager.ts";

/** An alert rule of deploy/prometheus/alerts.yml. */
export type AlertRule = {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
};

/** A panel of the dashboard, as far as it is looked at. */
export type Panel = {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly datasource: { readonly uid: string };
  }[];
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit: string;
      readonly thresholds: { readonly steps: readonly { readonly value: number | null }[] };
    };
  };
};

/** The dashboard, as far as it is looked at. */
type Dashboard = {
  readonly uid: string;
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
  readonly panels: readonly Panel[];
};

/** The path of a file of deploy/. */
export function deployed(path: string): string {
  return join(PROJECT, "deploy", path);
}

/** A YAML or JSON file of deploy/, parsed. */
export function readDeployed(path: string): unknown {
  return parse(readFileSync(deployed(path), "utf8"));
}

/** All alert rules, in their order. */
export function alertRules(): readonly AlertRule[] {
  const { groups } = readDeployed("prometheus/alerts.yml") as {
    readonly groups: readonly { readonly rules: readonly AlertRule[] }[];
  };
  return groups.flatMap(({ rules }) => rules);
}

/** The dashboard. */
export function dashboard(): Dashboard {
  return readDeployed("grafana/dashboards/mqa-packager.json") as Dashboard;
}

/** All queries of the dashboard's panels, as Grafana sends them where everything is chosen. */
export function dashboardQueries(): readonly { readonly title: string; readonly expr: string }[] {
  return dashboard().panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      title,
      expr: expr.replaceAll("$__rate_interval", "1m").replace(/\$(?:channel|instance|track)\b/g, ".+"),
    })),
  );
}
