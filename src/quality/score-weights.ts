import type { ProblemCode } from "../problem/problems.ts";

/** What composite scores are made of: how many points, of 100, each shortfall and fault costs. */
export type ScoreWeights = {
  /** Points for each hundredth of the way from 60 dB to 0. */
  readonly psnrWeight: number;
  /** Points for each hundredth that SSIM is short of 1. */
  readonly ssimWeight: number;
  /** Points for each point that VMAF is short of 100; VMAF says what PSNR and SSIM say, and counts only where this is set. */
  readonly vmafWeight: number;
  /** Points for each point that NR-IQA is short of 100. */
  readonly nrIqaWeight: number;
  /** Points where any picture is black, or repeats the one before. */
  readonly blackPenalty: number;
  readonly freezePenalty: number;
  /** Points for each error of the transport, the encoder's input or ours, and for how many points there are at most, for each. */
  readonly tsErrorsSensitivity: number;
  readonly tsErrorsMaxPenalty: number;
  /** How many errors one of a kind counts as, where it is not 1. */
  readonly tsErrorWeights: Readonly<Partial<Record<ProblemCode, number>>>;
  /** Points for each hundredth of the pictures or audio frames that is lost. */
  readonly lostWeight: number;
  /** Points for each hundredth of the pictures that is damaged or undecodable. */
  readonly undecodableWeight: number;
  /** Points where decoding cannot start with the segment. */
  readonly dependentStartPenalty: number;
  /** Points where the sound is no louder than `silenceLoudness`, in LUFS. */
  readonly silencePenalty: number;
  readonly silenceLoudness: number;
  /** Points where any sample of sound is clipped. */
  readonly clippingPenalty: number;
  /** The score of an encoder that sends neither a composite nor components; absent: there is none. */
  readonly assumed?: number;
};

/** Used where the configuration says nothing. The weights of PSNR, SSIM and errors agree with what was published of CMSD-MQA. */
export const defaultScoreWeights: ScoreWeights = {
  psnrWeight: 1.385,
  ssimWeight: 1,
  vmafWeight: 0,
  nrIqaWeight: 0.5,
  blackPenalty: 40,
  freezePenalty: 40,
  tsErrorsSensitivity: 2,
  tsErrorsMaxPenalty: 80,
  tsErrorWeights: {},
  lostWeight: 1,
  undecodableWeight: 0.5,
  dependentStartPenalty: 20,
  silencePenalty: 40,
  silenceLoudness: -60,
  clippingPenalty: 20,
};
