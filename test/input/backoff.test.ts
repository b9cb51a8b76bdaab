import { expect, test } from "vitest";
import { inputBackoff } from "../../src/input/backoff.ts";

test("waits double from 0.1 s to 1 s, shortened by up to half, and start over when data has come", () => {
  for (let run = 0; run < 50; run++) {
    const backoff = inputBackoff();
    for (const full of [100, 200, 400, 800, 1000, 1000, 1000]) {
      const wait = backoff.next();
      expect(wait).toBeGreaterThanOrEqual(full / 2);
      expect(wait).toBeLessThanOrEqual(full);
    }
    backoff.reset();
    expect(backoff.next()).toBeLessThanOrEqual(100);
  }
});
