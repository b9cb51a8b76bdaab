import { defineConfig, type RolldownOptions } from "rolldown";

/**
 * The executable: few modules with all they use, loaded as a command needs them. Loading hundreds of small ones would cost more
 * CPU than packaging 40 MB.
 */
const options: RolldownOptions = defineConfig({
  input: { main: "src/main.ts" },
  platform: "node",
  output: { dir: "dist", cleanDir: true, sourcemap: true, chunkFileNames: "[name].js" },
});

export default options;
