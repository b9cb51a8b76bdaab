/** A family of metrics as it was rendered. */
export type RenderedFamily = {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly series: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
};

/**
 * Reads the text format of Prometheus as far as the packager writes it.
 *
 * @throws Error - on a line that is none of it.
 */
export function readMetrics(text: string): readonly RenderedFamily[] {
  const families: { name: string; type: string; help: string; series: RenderedFamily["series"][number][] }[] = [];
  for (const line of text.split("\n")) {
    const [, keyword, of, rest] = /^# (HELP|TYPE) (\w+) (.*)$/.exec(line) ?? [];
    const sample = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (keyword === "HELP") families.push({ name: of!, help: rest!, type: "", series: [] });
    else if (keyword === "TYPE") families.at(-1)!.type = rest!;
    else if (sample !== null) families.at(-1)!.series.push(readSample(sample[2] ?? "", sample[3]!));
    else if (line !== "") throw new Error(`not of the text format: ${line}`);
  }
  return families;
}

function readSample(labels: string, value: string): RenderedFamily["series"][number] {
  const pairs = Array.from(labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, name, text]) => [
    name!,
    JSON.parse(`"${text}"`) as string,
  ]);
  return { labels: Object.fromEntries(pairs) as Record<string, string>, value: Number(value) };
}
