import leven from "leven";
import { z } from "zod";
import { ConfigError } from "../problem/config-error.ts";
import type { Milliseconds } from "../time/units.ts";
import { type DurationLimits, durationForm, readDuration } from "./duration.ts";

/** What the JSON Schema says of a value. */
export type JsonForm = Readonly<Record<string, unknown>>;

/** One value of the configuration: what it may be, for editors, and how it is read. */
export type Field<Value> = z.ZodType<Value, unknown>;

/** The least and the most allowed. */
export type NumberLimits = { readonly min: number; readonly max: number };

/** Where in a section a rule is broken, by what value, and what is allowed. */
export type Refusal = (path: readonly (string | number)[], value: unknown, allowed: string) => void;

/** Says what would be allowed instead of the value that is read. */
export type Refuse = (allowed: string) => never;

/**
 * A value.
 *
 * @param form - Its JSON Schema.
 * @param read - Takes what stands there (undefined: nothing), or refuses it.
 */
export function field<Value>(form: JsonForm, read: (value: unknown, refuse: Refuse) => Value): Field<Value> {
  return z
    .any()
    .meta(form)
    .transform((value: unknown, context): Value => {
      const refuse: Refuse = (allowed) => {
        throw new ConfigError("", value, allowed);
      };
      return reporting(context, () => read(value, refuse)) as Value;
    });
}

/** A map of values with names of ours. */
export function section<Shape extends z.core.$ZodShape>(
  shape: Shape,
  description: string,
): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape).meta({ description });
}

/** What is made of something that was read: only where nothing of it was refused. */
export function built<Given extends z.ZodType, Value>(
  given: Given,
  build: (value: z.output<Given>) => Value,
): z.ZodType<Value, z.input<Given>> {
  return given.transform((value, context) => reporting(context, () => build(value)) as Value) as never;
}

/**
 * Adds a rule: what does not go together.
 *
 * @param rule - It is asked also where parts could not be read: a value is then undefined, a map or a list as it was given.
 */
export function ruled<Given extends z.ZodType>(
  given: Given,
  rule: (value: z.output<Given>, refuse: Refusal) => void,
): Given {
  return given.check({
    _zod: {
      def: { check: "custom", when: () => true },
      onattach: [],
      check: (payload: z.core.ParsePayload<z.output<Given>>) => {
        if (payload.issues.some(({ code, path = [] }) => code === "invalid_type" && path.length === 0)) return;
        rule(payload.value, (path, input, message) => {
          payload.issues.push({ code: "custom", path: [...path], input, message, continue: true });
        });
      },
    },
  } as never);
}

/** @param context - Gets what is refused; the result is then undefined. */
function reporting<Value>(context: { readonly issues: z.core.$ZodRawIssue[] }, read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const { value: input, allowed: message } of error.mistakes)
      context.issues.push({ code: "custom", path: [], input, message });
    return undefined;
  }
}

/** Text. */
export function text<Value = string>(
  form: JsonForm,
  read: (text: string, refuse: Refuse) => Value = (value) => value as Value,
): Field<Value> {
  return field({ type: "string", ...form }, (value, refuse) =>
    typeof value === "string"
      ? read(value, refuse)
      : refuse(`it must be text${value === undefined ? meaning(form) : ""}`),
  );
}

/** What something is for, to whom it is missing. */
export function meaning({ description }: JsonForm): string {
  if (typeof description !== "string") return "";
  return `: ${description.charAt(0).toLowerCase()}${description.slice(1).replace(/[.]$/, "")}`;
}

/** One of some words; what YAML reads as a number counts as the word that it is. */
export function word<Word extends string>(words: readonly Word[], description: string): Field<Word> {
  const values = words.flatMap((one) => (/^\d+$/.test(one) ? [Number(one), one] : [one]));
  return field({ enum: values, description }, (value, refuse) => {
    const found = typeof value === "object" ? undefined : words.find((one) => one === String(value));
    return found ?? refuse(`it must be ${listed(words, "or")}${suggestion(value, words)}`);
  });
}

/** `true` or `false`. */
export function toggle(description: string): Field<boolean> {
  return field({ type: "boolean", description }, (value, refuse) =>
    typeof value === "boolean" ? value : refuse("it must be true or false"),
  );
}

/** A number within limits. */
export function number({ min, max }: NumberLimits, description: string): Field<number> {
  return field({ type: "number", minimum: min, maximum: max, description }, (value, refuse) =>
    typeof value === "number" && value >= min && value <= max
      ? value
      : refuse(`it must be a number from ${min} to ${max}`),
  );
}

/** A whole number within limits. */
export function integer({ min, max }: NumberLimits, description: string): Field<number> {
  return field({ type: "integer", minimum: min, maximum: max, description }, (value, refuse) =>
    typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
      ? value
      : refuse(`it must be an integer from ${min} to ${max}`),
  );
}

/**
 * A duration with its unit, such as `2s` or `500ms`; a number alone is seconds.
 *
 * @param words - Words that stand for a duration as well, and what they stand for.
 */
export function duration(
  limits: DurationLimits,
  description: string,
  words: Readonly<Record<string, Milliseconds>> = {},
): Field<Milliseconds> {
  const names = Object.keys(words);
  const pattern = ["\\d{1,9}(\\.\\d{1,6})?(ms|s|m|h)?", ...names].join("|");
  const form = { type: ["string", "number"], pattern: `^(${pattern})$`, minimum: 0, description };
  return field(form, (value, refuse) => {
    const given = typeof value === "number" || typeof value === "string" ? String(value) : "";
    if (Object.hasOwn(words, given)) return words[given]!;
    const milliseconds = readDuration(given);
    if (milliseconds !== undefined && milliseconds >= limits.min && milliseconds <= limits.max) return milliseconds;
    return refuse(`it must be ${durationForm(limits)}${names.map((name) => `, or ${name}`).join("")}`);
  });
}

const SIZE_UNITS: Readonly<Record<string, number>> = { "": 1, B: 1, KiB: 1024, MiB: 1024 ** 2 };

/** A number of bytes, with or without a unit: `1024`, `1KiB`, `8MiB`. */
export function size({ min, max }: NumberLimits, description: string): Field<number> {
  const form = { type: ["string", "integer"], pattern: "^\\d{1,12}(B|KiB|MiB)?$", minimum: min, maximum: max };
  return field({ ...form, description }, (value, refuse) => {
    const match = /^(\d{1,12})(B|KiB|MiB|)$/.exec(typeof value === "object" ? "" : String(value));
    const bytes = match === null ? Number.NaN : Number(match[1]) * SIZE_UNITS[match[2]!]!;
    return bytes >= min && bytes <= max ? bytes : refuse(`it must be ${min} to ${max} bytes, such as 1024 or 1KiB`);
  });
}

/** Words as a sentence has them: `a, b or c`. */
export function listed(words: readonly string[], joint: "and" | "or"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${joint} ${words.at(-1)!}`;
}

/** The nearest of the words, where one is near enough to be what was meant: `; did you mean X?`. */
export function suggestion(given: unknown, words: readonly string[]): string {
  if (typeof given !== "string") return "";
  const nearness = words.map((one) => ({ one, distance: leven(given.toLowerCase(), one.toLowerCase()) }));
  const [nearest] = nearness.toSorted((a, b) => a.distance - b.distance);
  // More than a third of the letters changed is another word.
  const isNear = nearest !== undefined && nearest.distance <= Math.max(1, Math.floor(nearest.one.length / 3));
  return isNear ? `; did you mean ${nearest.one}?` : "";
}
