import { type DisplayInformation, readDisplayInformation } from "../annexb/display-information.ts";
import type { BitReader } from "../bytes/bit-reader.ts";
import { type HrdParameters, readHrdParameters } from "./hrd-parameters.ts";

/** vui_parameters() up to what anything here depends on. */
export type VideoUsabilityInformation = DisplayInformation & {
  /** Absent without timing_info_present_flag. A frame lasts two ticks of numUnitsInTick / timeScale seconds. */
  readonly timing?: { readonly numUnitsInTick: number; readonly timeScale: number };
  readonly nalHrd?: HrdParameters;
  readonly vclHrd?: HrdParameters;
  readonly picStructPresentFlag: boolean;
};

/**
 * Reads vui_parameters() up to pic_struct_present_flag; bitstream restrictions behind it concern decoders alone, and
 * encoders are known to cut them short.
 *
 * @throws MalformedError - `parameter-set-malformed`.
 * @spec Rec. ITU-T H.264 E.1.1
 */
export function readVideoUsabilityInformation(reader: BitReader): VideoUsabilityInformation {
  const display = readDisplayInformation(reader);
  const timing = reader.flag() ? readTiming(reader) : undefined;
  const nalHrd = reader.flag() ? readHrdParameters(reader) : undefined;
  const vclHrd = reader.flag() ? readHrdParameters(reader) : undefined;
  if (nalHrd || vclHrd) reader.skip(1); // low_delay_hrd_flag
  const picStructPresentFlag = reader.flag();
  return {
    ...display,
    ...(timing && { timing }),
    ...(nalHrd && { nalHrd }),
    ...(vclHrd && { vclHrd }),
    picStructPresentFlag,
  };
}

function readTiming(reader: BitReader): NonNullable<VideoUsabilityInformation["timing"]> {
  const numUnitsInTick = reader.u(32);
  const timeScale = reader.u(32);
  reader.skip(1); // fixed_frame_rate_flag
  return { numUnitsInTick, timeScale };
}
