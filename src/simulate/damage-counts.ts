/** What a link did to packets. */
export type DamageCounts = {
  /** Packets that were sent into the link. */
  readonly packets: number;
  /** Packets that did not come out. */
  readonly lost: number;
  /** Packets that came out once more. */
  readonly duplicated: number;
  /** Packets that came out after ones that were sent later. */
  readonly reordered: number;
  /** Packets that came out with flipped bits. */
  readonly flipped: number;
  /** The bits that were flipped in them. */
  readonly flippedBits: number;
};

/** Nothing was sent. */
const NO_DAMAGE: { -readonly [name in keyof DamageCounts]: number } = {
  packets: 0,
  lost: 0,
  duplicated: 0,
  reordered: 0,
  flipped: 0,
  flippedBits: 0,
};

/** Counts by PID, in the order of PIDs. */
export class DamageCounter {
  readonly #byPid = new Map<number, typeof NO_DAMAGE>();

  add(pid: number, name: keyof DamageCounts, count = 1): void {
    let counts = this.#byPid.get(pid);
    if (counts === undefined) {
      counts = { ...NO_DAMAGE };
      this.#byPid.set(pid, counts);
    }
    counts[name] += count;
  }

  get byPid(): ReadonlyMap<number, DamageCounts> {
    return new Map([...this.#byPid].sort(([a], [b]) => a - b).map(([pid, counts]) => [pid, { ...counts }]));
  }
}

/** The counts of all PIDs together. */
export function totalDamage(byPid: ReadonlyMap<number, DamageCounts>): DamageCounts {
  const total = { ...NO_DAMAGE };
  for (const counts of byPid.values()) {
    for (const name of Object.keys(total) as (keyof DamageCounts)[]) total[name] += counts[name];
  }
  return total;
}
