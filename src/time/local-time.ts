import type { Milliseconds } from "./units.ts";

/** How far the clocks of a place are ahead of UTC. */
export interface LocalTime {
  /** @param time - Since 1970-01-01T00:00:00Z. */
  utcOffset(time: Milliseconds): Milliseconds;
}

/** A place whose clocks are never changed. */
export class FixedOffset implements LocalTime {
  readonly offset: Milliseconds;

  constructor(offset: Milliseconds) {
    this.offset = offset;
  }

  utcOffset(): Milliseconds {
    return this.offset;
  }
}

/** A zone of the IANA time zone database, summer time included. */
export class TimeZone implements LocalTime {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;

  /**
   * @param name - Such as `Europe/Berlin`.
   * @throws RangeError - when there is no such zone.
   */
  constructor(name: string) {
    this.name = name;
    this.#format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  utcOffset(time: Milliseconds): Milliseconds {
    const fields = new Map(this.#format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
    const [year, month, day] = [fields.get("year")!, fields.get("month")!, fields.get("day")!];
    const local = Date.UTC(year, month - 1, day, fields.get("hour"), fields.get("minute"), fields.get("second"));
    return (local - (time - (((time % 1000) + 1000) % 1000))) as Milliseconds;
  }
}
