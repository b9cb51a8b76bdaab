import { expect, test } from "vitest";
import { ConfigError } from "../../src/problem/config-error.ts";
import { MalformedError } from "../../src/problem/malformed-error.ts";
import { problemEvent } from "../../src/problem/problem.ts";
import { ProblemTally } from "../../src/problem/problem-tally.ts";
import { problems } from "../../src/problem/problems.ts";

test("a problem stands for one event unless it says otherwise", () => {
  expect(problemEvent("continuity")).toEqual({ kind: "problem", problem: { code: "continuity", count: 1 } });
  expect(problemEvent("continuity", { pid: 256, count: 3, detail: "lost" })).toEqual({
    kind: "problem",
    problem: { code: "continuity", count: 3, pid: 256, detail: "lost" },
  });
});

test("the tally adds up what each problem stands for and leaves out what was never seen", () => {
  const tally = new ProblemTally();
  expect(tally.counts()).toEqual({});
  tally.add({ code: "continuity", count: 3 });
  tally.add({ code: "sync-lost", count: 1, pid: 17 });
  tally.add({ code: "continuity", count: 2 });
  expect(tally.counts()).toEqual({ continuity: 5, "sync-lost": 1 });
});

test("counts that were handed out do not change", () => {
  const tally = new ProblemTally();
  const before = tally.counts();
  tally.add({ code: "continuity", count: 1 });
  expect(before).toEqual({});
});

test("every problem is a sentence", () => {
  for (const [code, sentence] of Object.entries(problems)) {
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(sentence).toMatch(/^[A-Z0-9].+\.$/);
  }
});

test("errors carry their code and name", () => {
  const malformed = new MalformedError("pes-malformed", "too short");
  expect([malformed.name, malformed.code, malformed.message]).toEqual(["MalformedError", "pes-malformed", "too short"]);
  const config = new ConfigError("--segment", "2x", "a duration such as 2s");
  expect([config.name, config.message]).toEqual([
    "ConfigError",
    '--segment: "2x" is not allowed; a duration such as 2s',
  ]);
});
