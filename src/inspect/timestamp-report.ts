/** The first and last timestamp of one kind in a track. */
export type TimestampReport = {
  readonly first: number;
  readonly last: number;
  /** How often the 33 bits began again at 0. */
  readonly wraps: number;
};
