/** One number of a family, with the labels that the family adds to those of what is read. */
export type Sample = { readonly value: number; readonly labels?: Readonly<Record<string, string>> };

/**
 * One metric as Prometheus knows it: its name, its meaning, and where its numbers come from.
 *
 * It keeps nothing: every scrape reads anew, so that what is not known now has no series.
 */
export type MetricFamily<Reading> = {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  /** Labels of its own, each with few values that are known beforehand. */
  readonly labels?: readonly string[];
  readonly read: (reading: Reading) => readonly Sample[];
};

/** Of one number, absent where there is none. */
export function one(value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ value }];
}

/** Of numbers by the value of a label. */
export function by(label: string, values: Iterable<readonly [string, number]>): readonly Sample[] {
  return Array.from(values, ([name, value]) => ({ value, labels: { [label]: name } }));
}

/** One of several states: 1 for the one it is in, 0 for the others, so that each has a series. */
export function stateOf(states: readonly string[], state: string): readonly Sample[] {
  return by(
    "state",
    states.map((name) => [name, name === state ? 1 : 0]),
  );
}
