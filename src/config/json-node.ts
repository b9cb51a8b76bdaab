/** The parts of a JSON Schema that the configuration's has. */
export type JsonNode = {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, JsonNode>>;
  readonly additionalProperties?: JsonNode | false;
  readonly items?: JsonNode;
  readonly minItems?: number;
  readonly maxItems?: number;
};

/** What may stand at a place; undefined: nothing. */
export function nodeAt(root: JsonNode, path: readonly (string | number)[]): JsonNode | undefined {
  let node: JsonNode | undefined = root;
  for (const part of path) node = node && childOf(node, part);
  return node;
}

function childOf({ properties, additionalProperties, items }: JsonNode, part: string | number): JsonNode | undefined {
  if (typeof part === "number") return items;
  if (properties !== undefined && Object.hasOwn(properties, part)) return properties[part];
  return additionalProperties || undefined;
}

/** Whether something is a map, as YAML gives them. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
