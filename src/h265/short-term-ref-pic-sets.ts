import { boundedUe } from "../annexb/bounded-ue.ts";
import type { BitReader } from "../bytes/bit-reader.ts";

/** Limits of 7.4.3.2.1 and 7.4.8. */
const MAX_NUM_SHORT_TERM_REF_PIC_SETS = 64;
const MAX_PICS = 16;
const MAX_DELTA_POC_MINUS1 = 32_767;

/**
 * Passes over the short-term reference picture sets of a sequence parameter set.
 *
 * A set may be coded as what it adds to or drops from the one before it; the number of flags it has then is the number
 * of pictures in that one, which takes its picture order counts to know: so the sets are decoded, not only counted.
 *
 * @throws MalformedError - `parameter-set-malformed`.
 * @spec Rec. ITU-T H.265 7.3.7, 7.4.8
 */
export function skipShortTermRefPicSets(reader: BitReader): void {
  const count = boundedUe(reader, MAX_NUM_SHORT_TERM_REF_PIC_SETS, "num_short_term_ref_pic_sets");
  let deltaPocs: readonly number[] = [];
  for (let stRpsIdx = 0; stRpsIdx < count; stRpsIdx++) {
    const interRefPicSetPredictionFlag = stRpsIdx > 0 && reader.flag();
    deltaPocs = interRefPicSetPredictionFlag ? readPredictedSet(reader, deltaPocs) : readExplicitSet(reader);
  }
}

/** @returns Picture order counts relative to the picture's own: DeltaPocS0 from near to far, then DeltaPocS1. */
function readExplicitSet(reader: BitReader): readonly number[] {
  const numNegativePics = boundedUe(reader, MAX_PICS, "num_negative_pics");
  const numPositivePics = boundedUe(reader, MAX_PICS, "num_positive_pics");
  return [...readDeltaPocs(reader, numNegativePics, -1), ...readDeltaPocs(reader, numPositivePics, 1)];
}

function readDeltaPocs(reader: BitReader, count: number, sign: -1 | 1): readonly number[] {
  let deltaPoc = 0;
  return Array.from({ length: count }, () => {
    deltaPoc += sign * (boundedUe(reader, MAX_DELTA_POC_MINUS1, "delta_poc_minus1") + 1);
    reader.skip(1); // used_by_curr_pic_s0_flag, used_by_curr_pic_s1_flag
    return deltaPoc;
  });
}

function readPredictedSet(reader: BitReader, reference: readonly number[]): readonly number[] {
  const deltaRpsSign = reader.flag();
  const absDeltaRps = boundedUe(reader, MAX_DELTA_POC_MINUS1, "abs_delta_rps_minus1") + 1;
  const deltaRps = deltaRpsSign ? -absDeltaRps : absDeltaRps;
  // The pictures of the reference set, then the picture that set belongs to.
  const kept = [...reference, 0].flatMap((deltaPoc) => {
    const usedByCurrPicFlag = reader.flag();
    const useDeltaFlag = usedByCurrPicFlag || reader.flag();
    return useDeltaFlag ? [deltaPoc + deltaRps] : [];
  });
  // DeltaPocS0 and DeltaPocS1 list each side from near to far, and leave out the picture itself.
  const negative = kept.filter((deltaPoc) => deltaPoc < 0).sort((a, b) => b - a);
  const positive = kept.filter((deltaPoc) => deltaPoc > 0).sort((a, b) => a - b);
  return [...negative, ...positive];
}
