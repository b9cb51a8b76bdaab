import type { Segment, Track } from "../../src/store/segment.ts";

/** What one packager published of one segment. */
type Published = { readonly start: number; readonly duration: number; readonly init: string; readonly body: Buffer };

/** What two packagers publish, compared as it comes, so that memory does not grow. */
export class PublishedPair {
  readonly counts = {
    segments: 0,
    both: 0,
    different: 0,
    repeated: 0,
    skipped: 0,
    missing: 0,
    misaligned: 0,
    alone: 0,
  };
  readonly complaints: string[] = [];
  readonly differences: string[] = [];
  /** By track: numbers from the first that anybody published. */
  readonly #tracks = new Map<string, { next: number; readonly waiting: Map<number, (Published | undefined)[]> }>();
  /** By packager and track: the last number, and whether it was killed since. */
  readonly #last = new Map<string, { number: number; interrupted: boolean }>();
  readonly #lineOf: (track: string, number: number) => number | undefined;

  /** @param lineOf - Where a track's segment must start, to the tick; undefined where that is not known. */
  constructor(lineOf: (track: string, number: number) => number | undefined) {
    this.#lineOf = lineOf;
  }

  /** The packager was killed: it may miss numbers. */
  interrupted(packager: number): void {
    for (const [key, last] of this.#last) if (key.startsWith(`${packager} `)) last.interrupted = true;
  }

  add(packager: number, { id }: Track, { number, start, duration, init, body }: Segment): void {
    this.counts.segments++;
    this.#follow(packager, id, number);
    const line = this.#lineOf(id, number);
    if (line !== undefined && line !== start) {
      this.counts.misaligned++;
      this.#complain(`${packager} ${id} ${number} starts at ${start}, not ${line}`);
    }
    let track = this.#tracks.get(id);
    if (track === undefined) {
      track = { next: number, waiting: new Map() };
      this.#tracks.set(id, track);
    }
    const mine: Published = { start, duration, init: init.id, body: Buffer.concat(body) };
    const pair = track.waiting.get(number) ?? [undefined, undefined];
    pair[packager] = mine;
    track.waiting.set(number, pair);
    const [a, b] = pair;
    if (a !== undefined && b !== undefined) this.#compare(id, number, a, b);
    // Packagers are never so far apart.
    for (; track.next < number - 60; track.next++) {
      const old = track.waiting.get(track.next);
      track.waiting.delete(track.next);
      if (old === undefined) {
        this.counts.missing++;
        this.#complain(`nobody published ${id} ${track.next}`);
      } else if (old.includes(undefined)) this.counts.alone++;
    }
  }

  #follow(packager: number, id: string, number: number): void {
    const key = `${packager} ${id}`;
    const last = this.#last.get(key);
    if (last !== undefined && number <= last.number) {
      this.counts.repeated++;
      this.#complain(`${key} ${number} after ${last.number}`);
    }
    if (last !== undefined && !last.interrupted && number !== last.number + 1) {
      this.counts.skipped++;
      this.#complain(`${key} ${number} after ${last.number}`);
    }
    this.#last.set(key, { number, interrupted: false });
  }

  #compare(id: string, number: number, a: Published, b: Published): void {
    this.counts.both++;
    if (a.start === b.start && a.duration === b.duration && a.init === b.init && a.body.equals(b.body)) return;
    this.counts.different++;
    if (this.differences.length < 20) this.differences.push(`${id} ${number}: ${describe(a)} and ${describe(b)}`);
  }

  #complain(text: string): void {
    if (this.complaints.length < 20) this.complaints.push(text);
  }
}

function describe({ start, duration, init, body }: Published): string {
  return `${start}+${duration} ${init} ${body.length} bytes`;
}
