/**
 * A similarity as a number from 0 to 100. Encoders send it as defined, up to 1, or times 100; a mean above 1 can only be of the
 * second kind.
 */
export function asPercent(similarity: number): number {
  return similarity <= 1 ? Math.max(0, similarity * 100) : similarity;
}
