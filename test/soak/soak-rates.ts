/** Picture rates that are soaked, with the pictures of a segment of two seconds, which is one GOP. */
export const soakRates = {
  "25": { rate: { num: 25, den: 1 }, gop: 50 },
  "29.97": { rate: { num: 30_000, den: 1001 }, gop: 60 },
} as const;
