import type { SequenceParameterSet } from "./sequence-parameter-set.ts";

/** What a sequence parameter set decides about the syntax of pic_timing SEI messages. Lengths in bits. */
export type PicTimingParameters = {
  /** 1 to 32; absent without HRD parameters, as both delays are then (CpbDpbDelaysPresentFlag is 0). */
  readonly cpbRemovalDelayLength?: number;
  readonly dpbOutputDelayLength?: number;
  /** pic_struct_present_flag: pic_struct and clock timestamps are there. */
  readonly picStructPresent: boolean;
  /** 0 to 31. */
  readonly timeOffsetLength: number;
};

/** Length of time_offset where no HRD parameters give one. */
const INFERRED_TIME_OFFSET_LENGTH = 24;

/**
 * How to read the pic_timing SEI messages of pictures that refer to a sequence parameter set.
 *
 * @spec Rec. ITU-T H.264 D.1.3, E.2.1 (CpbDpbDelaysPresentFlag), E.2.2 (time_offset_length)
 */
export function picTimingParameters({ vui }: SequenceParameterSet): PicTimingParameters {
  // Where both are present, their lengths are required to be equal.
  const hrd = vui?.nalHrd ?? vui?.vclHrd;
  return {
    ...(hrd && {
      cpbRemovalDelayLength: hrd.cpbRemovalDelayLengthMinus1 + 1,
      dpbOutputDelayLength: hrd.dpbOutputDelayLengthMinus1 + 1,
    }),
    picStructPresent: vui?.picStructPresentFlag ?? false,
    timeOffsetLength: hrd?.timeOffsetLength ?? INFERRED_TIME_OFFSET_LENGTH,
  };
}
