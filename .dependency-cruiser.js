/** The folders of src/, lowest layer first. A folder imports from its own layer and those below. */
const layer = {
  foundation: "bytes|time|problem|structured-fields",
  formats: "mpegts|annexb|h264|h265|aac|ac3|sei|cmaf|cmsd|cmcd",
  domain: "demux|timeline|segment|quality|package|store|manifest|inspect|encoder",
  /** What edges share. */
  transfer: "http",
  edges: "input|simulate|server|push|receive|observe",
};

const src = (...names) => `^src/(${names.map((name) => layer[name]).join("|")})/`;
const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    forbid("no-cycles", "Modules that need each other are one module.", {}, { circular: true }),
    forbid("no-orphans", "What nothing imports is dead.", { orphan: true }, {}),
    forbid("no-unresolved", "Every import leads somewhere.", {}, { couldNotResolve: true }),
    forbid(
      "known-folders",
      "A new folder of src/ belongs in a layer above, so that the other rules see it.",
      { path: "^src/", pathNot: [src("foundation", "formats", "domain", "transfer", "edges"), "^src/(cli|config)/", "^src/(main|pipeline|package-root|make-folder)[.]ts$"] },
      {},
    ),
    forbid(
      "foundation-stands-alone",
      "Bytes, time, problems and structured fields know nothing of media.",
      { path: src("foundation") },
      { path: "^src/", pathNot: src("foundation") },
    ),
    forbid(
      "formats-know-no-stream",
      "A format is a pure function between bytes and values.",
      { path: src("formats") },
      { path: "^src/", pathNot: src("foundation", "formats") },
    ),
    forbid(
      "formats-are-strangers",
      "A format uses another only where its specification does: H.264 and H.265 share their byte stream, SEI needs the SPS.",
      { path: `^src/(${layer.formats})/` },
      { path: src("formats"), pathNot: ["^src/$1/", "^src/(annexb|h264|h265)/"] },
    ),
    forbid(
      "domain-knows-no-edge",
      "Stages take bytes and time as arguments and return what they have to say.",
      { path: src("domain") },
      { path: "^src/", pathNot: src("foundation", "formats", "domain") },
    ),
    forbid(
      "no-io-below-the-edges",
      "No sockets, files, processes or clocks in foundation, formats, domain and pipeline.",
      { path: [src("foundation", "formats", "domain"), "^src/pipeline[.]ts$"] },
      { dependencyTypes: ["core"] },
    ),
    forbid(
      "transfer-knows-no-edge",
      "What edges share knows none of them.",
      { path: src("transfer") },
      { path: "^src/", pathNot: src("foundation", "formats", "domain", "transfer") },
    ),
    forbid(
      "edges-are-strangers",
      "Edges meet in cli/ only.",
      { path: `^src/(${layer.edges})/`, pathNot: "^src/simulate/" },
      { path: src("edges"), pathNot: "^src/$1/" },
    ),
    forbid(
      "simulator-is-a-peer",
      "The simulator is the other end of the same SRT connections, and shares with input/ how they are made.",
      { path: "^src/simulate/" },
      { path: src("edges"), pathNot: ["^src/simulate/", "^src/input/(srt-(url|command|log)|url-parts|backoff)[.]ts$"] },
    ),
    forbid(
      "pipeline-knows-no-edge",
      "The pipeline wires the domain's stages and nothing else.",
      { path: "^src/pipeline[.]ts$" },
      { path: "^src/", pathNot: src("foundation", "formats", "domain") },
    ),
    forbid(
      "only-cli-runs-the-pipeline",
      "Edges do not know what they feed.",
      { path: "^src/", pathNot: ["^src/cli/", "^src/main[.]ts$"] },
      { path: "^src/pipeline[.]ts$" },
    ),
    forbid(
      "cli-is-on-top",
      "Nothing but the executable uses the commands.",
      { path: "^src/", pathNot: ["^src/cli/", "^src/main[.]ts$"] },
      { path: "^src/(cli/|main[.]ts$)" },
    ),
    forbid(
      "only-cli-reads-the-configuration",
      "The configuration knows everybody's options; they do not know where these come from.",
      { path: "^src/", pathNot: "^src/(cli|config)/" },
      { path: "^src/config/" },
    ),
    forbid("no-tests-in-the-product", "src/ stands without test/.", { path: "^src/" }, { path: "^test/" }),
    forbid(
      "only-declared-packages",
      "What is imported is in package.json, and not among what only development needs.",
      { path: "^src/" },
      { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown", "unknown"], dependencyTypesNot: ["type-only"] },
    ),
  ],
  options: {
    // Imports of types only count too: they are how layers come to know each other.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
    // Runs in the browser.
    exclude: { path: "^src/server/page/" },
  },
};
