import type { MpdElement } from "./mpd-element.ts";
import type { Rendition } from "./rendition.ts";

/** How the segments of a period are found, and what its adaptation sets say of time. */
export type Addressing = {
  /** What `Period@start` stands for, in microseconds since 1970-01-01T00:00:00Z. */
  readonly origin: number;
  /** Where the period ends, where the next does not begin there; the same clock. */
  readonly end?: number;
  readonly template: (rendition: Rendition) => MpdElement;
  /**
   * What stands in an adaptation set before its roles, in schema order.
   *
   * @param id - Like that of no other set of the period.
   */
  readonly timing: (renditions: readonly Rendition[], id: number) => MpdElement;
};
