import { defineConfig, type ViteUserConfig } from "vitest/config";

/** These start the packager, encoders, peers and a browser, and look at the clock: one file at a time, after the others. */
const END_TO_END = ["test/conformance/**/*.test.ts", "test/browser/**/*.test.ts"];

const config: ViteUserConfig = defineConfig({
  test: {
    // Generous: the limits are there to end what hangs, not to measure how busy the machine is.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: END_TO_END,
          // The default leaves one core free, which on two is half of them.
          maxWorkers: "100%",
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "end to end",
          include: END_TO_END,
          globalSetup: "test/support/build-if-stale.ts",
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});

export default config;
