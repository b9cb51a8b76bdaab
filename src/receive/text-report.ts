import type { ReceiveProblemCode } from "./receive-problem.ts";
import type { TrackReport } from "./tracks.ts";

/** What has come, one line for each track, for a person who looks. */
export function textReport(tracks: readonly TrackReport[]): string {
  if (tracks.length === 0) return "Nothing has come yet.";
  return tracks
    .map(({ track, objects, bytes, newest, score, problems }) =>
      [
        `${track}: ${objects} objects, ${bytes} bytes`,
        ...(newest === undefined ? [] : [`newest ${newest}`]),
        ...(score === undefined ? [] : [`score ${score}`]),
        ...Object.entries(problems).map(([code, count]) => `${code} ${count}`),
      ].join(", "),
    )
    .join("\n");
}

/** All tracks together, for the log at the end. */
export type ReceiveSummary = {
  readonly tracks: number;
  readonly objects: number;
  readonly bytes: number;
  /** How often, by name. */
  readonly problems: Readonly<Partial<Record<ReceiveProblemCode, number>>>;
};

/** Adds up what came. */
export function summarize(tracks: readonly TrackReport[]): ReceiveSummary {
  const problems: Partial<Record<ReceiveProblemCode, number>> = {};
  for (const track of tracks) {
    for (const [code, count] of Object.entries(track.problems) as [ReceiveProblemCode, number][])
      problems[code] = (problems[code] ?? 0) + count;
  }
  const sum = (of: (track: TrackReport) => number): number => tracks.reduce((total, track) => total + of(track), 0);
  return {
    tracks: tracks.length,
    objects: sum(({ objects }) => objects),
    bytes: sum(({ bytes }) => bytes),
    problems,
  };
}
