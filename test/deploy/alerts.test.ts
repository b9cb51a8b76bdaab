import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PROJECT } from "../support/packager.ts";
import { alertRules, readDeployed } from "./deployed.ts";
import { knownMetrics } from "./known-metrics.ts";
import { queryNames } from "./query-names.ts";

const rules = alertRules();
const names = rules.map(({ alert }) => alert);
const known = await knownMetrics();

test("each alert has an entry in docs/operations.md, in their order, and there is no other", () => {
  const text = readFileSync(join(PROJECT, "docs/operations.md"), "utf8");
  const entries = Array.from(text.matchAll(/^### (\w+)\n\n(.*?)(?=^##|$(?![\s\S]))/gms), ([, name, entry]) => ({
    name,
    entry,
  }));
  expect(entries.map(({ name }) => name)).toEqual(names);
  for (const { name, entry } of entries) {
    const parts = Array.from(entry!.matchAll(/^\*\*(\w+)\*\*: /gm), ([, part]) => part);
    expect({ name, parts }).toEqual({ name, parts: ["Means", "Look", "Do"] });
  }
});

test("links of docs/operations.md within itself lead somewhere", () => {
  const text = readFileSync(join(PROJECT, "docs/operations.md"), "utf8");
  const anchors = Array.from(text.matchAll(/^#+ (.+)$/gm), ([, heading]) =>
    heading!.toLowerCase().replaceAll(" ", "-"),
  );
  const links = Array.from(text.matchAll(/\]\(#([^)]+)\)/g), ([, anchor]) => anchor);
  expect(links.length).toBeGreaterThan(20);
  for (const link of links) expect(anchors).toContain(link);
});

describe.each(rules.map((rule) => [rule.alert, rule] as const))("%s", (alert, { expr, labels, annotations }) => {
  const { selectors, groupings } = queryNames(expr);
  const itsLabels = selectors.flatMap(({ metric }) => known.get(metric) ?? []);

  test("has a severity, a summary, a description and its entry in the runbook", () => {
    expect(["critical", "warning"]).toContain(labels["severity"]);
    expect(Object.keys(annotations)).toEqual(["summary", "description", "runbook_url"]);
    expect(annotations["runbook_url"]).toBe(`docs/operations.md#${alert.toLowerCase()}`);
  });

  test("asks for metrics and labels that there are", () => {
    for (const { metric, labels } of selectors) {
      expect([...known.keys()]).toContain(metric);
      for (const label of labels) expect(known.get(metric)).toContain(label);
    }
    for (const label of groupings) expect(itsLabels).toContain(label);
  });

  test("speaks of labels that it has", () => {
    const spoken = Array.from(JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g), ([, label]) => label!);
    expect(spoken.length > 0 || annotations["summary"]!.includes("{{")).toBe(true);
    for (const label of spoken) expect(itsLabels).toContain(label);
  });
});

test("alerts.test.yml has of each alert a case in which it fires and one in which it does not", () => {
  type Case = { readonly alertname: string; readonly exp_alerts: readonly unknown[] };
  const { tests } = readDeployed("prometheus/alerts.test.yml") as {
    readonly tests: readonly { readonly alert_rule_test: readonly Case[] }[];
  };
  const cases = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
  const having = (isFiring: boolean) =>
    new Set(cases.filter(({ exp_alerts }) => exp_alerts.length > 0 === isFiring).map(({ alertname }) => alertname));
  expect([...having(true)].sort()).toEqual([...names].sort());
  expect([...having(false)].sort()).toEqual([...names].sort());
});

test("inhibitions name alerts that there are, and labels that both sides have", () => {
  type Inhibition = {
    readonly source_matchers: string[];
    readonly target_matchers: string[];
    readonly equal: string[];
  };
  const { inhibit_rules } = readDeployed("alertmanager/alertmanager.yml") as {
    readonly inhibit_rules: readonly Inhibition[];
  };
  expect(inhibit_rules.length).toBeGreaterThan(0);
  for (const { source_matchers, target_matchers, equal } of inhibit_rules) {
    for (const matcher of [...source_matchers, ...target_matchers]) {
      const [, alternatives] = /^alertname(?:=~?|!=)"(.+)"$/.exec(matcher)!;
      for (const one of alternatives!.split("|")) {
        const pattern = new RegExp(`^${one}$`);
        expect({ one, found: names.some((name) => pattern.test(name)) }).toEqual({ one, found: true });
      }
    }
    for (const label of equal) expect(["job", "instance", "channel", "track", "target"]).toContain(label);
  }
});
