import type { MqaMetricName } from "../sei/mqa-metric.ts";
import type { PoolingMethod } from "./pooling.ts";

/** What is known of one metric: how its values become the segment's, and how that is published. */
export type MqaMetric = {
  /** What it judges: scores of sound come with the pictures, and belong to the tracks of sound. */
  readonly of: "video" | "audio";
  /** Unless configured otherwise. */
  readonly pooling: PoolingMethod;
  /** Decimals of the published value, unless configured otherwise; 0 makes it an integer. */
  readonly decimals: 0 | 1 | 2 | 3;
  /** A number from -1 to 1, published as 0 to 100; encoders send it in either form. */
  readonly fraction: boolean;
  readonly description: string;
};

function composite(of: MqaMetric["of"], description: string): MqaMetric {
  return { of, pooling: "mean", decimals: 0, fraction: false, description };
}

function measure(description: string): MqaMetric {
  return { of: "video", pooling: "mean", decimals: 2, fraction: false, description };
}

function similarity(description: string): MqaMetric {
  return { of: "video", pooling: "mean", decimals: 2, fraction: true, description };
}

function count(of: MqaMetric["of"], description: string): MqaMetric {
  return { of, pooling: "sum", decimals: 0, fraction: false, description };
}

/** Every metric known. */
export const mqaMetrics: Readonly<Record<MqaMetricName, MqaMetric>> = {
  "mqa-video": composite("video", "Composite picture quality, 0 to 100."),
  "mqa-audio": composite("audio", "Composite sound quality, 0 to 100."),
  mqcs: composite("video", "Media Quality Confidence Score of AWS, 0 to 100."),
  psnr: measure("Peak signal-to-noise ratio in dB, at most 60."),
  ssim: similarity("Structural similarity times 100."),
  "ms-ssim": similarity("Multi-scale structural similarity times 100."),
  vmaf: measure("VMAF of the standard model, 0 to 100."),
  "vmaf-mobile": measure("VMAF as seen on a phone, 0 to 100."),
  "vmaf-hd": measure("VMAF as seen on an HD screen, 0 to 100."),
  "vmaf-uhd": measure("VMAF as seen on a UHD screen, 0 to 100."),
  pvmaf: measure("VMAF predicted without the source picture, 0 to 100."),
  imax: measure("IMAX viewer score, 0 to 100."),
  "nr-iqa": measure("Quality judged without the source picture, 0 to 100."),
  errors: count("video", "Errors the encoder saw on its own input."),
  black: count("video", "Pictures that are black."),
  freeze: count("video", "Pictures that repeat the one before."),
  dropped: count("video", "Pictures the encoder dropped."),
  loudness: { ...measure("Loudness in LUFS."), of: "audio" },
  clipping: count("audio", "Samples of sound that are clipped."),
};
