/** One pooled metric of one segment. */
export type PooledMetric = {
  /** The segment's value, pooled as `mqa-metrics.ts` says for the metric, unrounded. */
  readonly value: number;
  /** The lowest value of any picture. */
  readonly min: number;
  /** Pictures that carried a value. */
  readonly scored: number;
};

/**
 * What is known of the quality of one segment of one track: the single source of its CMSD headers, the API and the log.
 */
export type QualityRecord = {
  /** By the metric's canonical name, such as `mqa-video`, `psnr`, `vmaf-hd`. Absent: not enough pictures carried it. */
  readonly metrics: Readonly<Record<string, PooledMetric>>;
  readonly pictures: {
    readonly received: number;
    /** Pictures that carried at least one score. */
    readonly scored: number;
    /** Pictures that lost bytes on the way. */
    readonly damaged: number;
  };
  /** The segment starts with a picture that needs no other. Always true for audio. */
  readonly independent: boolean;
};
