import { fileURLToPath } from "node:url";
import { packageRoot } from "../package-root.ts";
import type { Rational } from "../time/rational.ts";

const file = (name: string): string => fileURLToPath(new URL(`samples/${name}`, packageRoot));

/** The samples that come with the project, by the rate they are made for. */
export const DEFAULT_SAMPLE: string = file("testcard-25.m2ts");
export const DEFAULT_SAMPLE_30: string = file("testcard-30.m2ts");

/** The sample to play where none is given: GOPs of about two seconds at 25 and 50, or at 24, 30 and 60 pictures a second. */
export function defaultSample(rate: Rational | undefined): string {
  return rate === undefined || (rate.num / rate.den) % 25 === 0 ? DEFAULT_SAMPLE : DEFAULT_SAMPLE_30;
}
