/** What a query of Prometheus names. */
export type QueryNames = {
  /** Its metrics, each with the labels that it is selected by. */
  readonly selectors: readonly { readonly metric: string; readonly labels: readonly string[] }[];
  /** Labels of `by`, `on` and the like. */
  readonly groupings: readonly string[];
};

const KEYWORDS = new Set(["and", "or", "unless", "bool", "offset", "by", "without", "on", "ignoring"]);
const GROUPING = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
/** A duration in brackets, a text, or a number. */
const LITERAL = /\[[^\]]*\]|"(?:[^"\\]|\\.)*"|\b[0-9][\w.]*(?:e-?[0-9]+)?/g;
const SELECTOR = /([a-zA-Z_:][\w:]*)\s*(?:\{([^}]*)\})?(\s*\()?/g;

/** Reads the names out of a query, whose syntax is for Prometheus to check. */
export function queryNames(query: string): QueryNames {
  // Texts first: they may hold anything.
  const bare = query.replace(LITERAL, " ");
  const groupings = Array.from(bare.matchAll(GROUPING), ([, labels]) => words(labels!)).flat();
  const selectors = Array.from(bare.replace(GROUPING, " ").matchAll(SELECTOR), ([, name, labels, call]) =>
    call !== undefined || KEYWORDS.has(name!) ? [] : [{ metric: name!, labels: words(labels ?? "") }],
  ).flat();
  return { selectors, groupings };
}

function words(text: string): readonly string[] {
  return text.match(/\w+/g) ?? [];
}
