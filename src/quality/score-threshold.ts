/** A segment whose composite score is lower is counted and marked, unless configured otherwise: 60 is "fair" on the scale of VMAF. */
export const DEFAULT_SCORE_THRESHOLD = 60;
