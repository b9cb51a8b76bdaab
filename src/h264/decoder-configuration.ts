import { BitReader } from "../bytes/bit-reader.ts";
import { BitWriter } from "../bytes/bit-writer.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import { parseSequenceParameterSet } from "./sequence-parameter-set.ts";

/** The content of an AVCDecoderConfigurationRecord (avcC box). */
export type AvcDecoderConfiguration = {
  readonly profileIdc: number;
  /** The byte between profile_idc and level_idc. */
  readonly constraintSetFlags: number;
  readonly levelIdc: number;
  /** Bytes of the length before each NAL unit of a sample: 1, 2 or 4. */
  readonly nalUnitLengthSize: number;
  /** NAL units with their headers. */
  readonly sequenceParameterSets: readonly Uint8Array[];
  readonly pictureParameterSets: readonly Uint8Array[];
};

/** Counts and lengths the record has room for. */
const MAX_SEQUENCE_PARAMETER_SETS = 31;
const MAX_PICTURE_PARAMETER_SETS = 255;
const MAX_PARAMETER_SET_BYTES = 0xffff;

/** Baseline, Main and Extended: 4:2:0, 8 bits, no need to say so. */
const profilesWithoutExtension: ReadonlySet<number> = new Set([66, 77, 88]);

/**
 * Writes the avcC record of a stream whose samples have four-byte NAL unit lengths.
 *
 * @param sps - Sequence parameter set NAL units; profile and level come from the first.
 * @param pps - Picture parameter set NAL units.
 * @throws MalformedError - `parameter-set-missing` without an SPS or PPS; `parameter-set-malformed` when the first SPS
 *   cannot be parsed or the record has no room for them.
 * @spec ISO/IEC 14496-15 5.3.3.1.2
 */
export function writeAvcDecoderConfiguration(sps: readonly Uint8Array[], pps: readonly Uint8Array[]): Uint8Array {
  const first = sps[0];
  if (!first || pps.length === 0) throw new MalformedError("parameter-set-missing", "no SPS or no PPS");
  const { profileIdc, constraintSetFlags, levelIdc, ...format } = parseSequenceParameterSet(first);
  const writer = new BitWriter()
    .u(8, 1) // configurationVersion
    .u(8, profileIdc)
    .u(8, constraintSetFlags)
    .u(8, levelIdc)
    .u(6, 0x3f)
    .u(2, 3) // lengthSizeMinusOne
    .u(3, 7);
  writeParameterSets(writer, 5, sps, MAX_SEQUENCE_PARAMETER_SETS);
  writeParameterSets(writer, 8, pps, MAX_PICTURE_PARAMETER_SETS);
  if (!profilesWithoutExtension.has(profileIdc)) {
    writer
      .u(6, 0x3f)
      .u(2, format.chromaFormatIdc)
      .u(5, 0x1f)
      .u(3, format.bitDepthLumaMinus8)
      .u(5, 0x1f)
      .u(3, format.bitDepthChromaMinus8)
      .u(8, 0); // numOfSequenceParameterSetExt
  }
  return writer.finish();
}

function writeParameterSets(writer: BitWriter, countBits: number, sets: readonly Uint8Array[], max: number): void {
  if (sets.length > max) throw new MalformedError("parameter-set-malformed", `${sets.length} parameter sets of a kind`);
  writer.u(countBits, sets.length);
  for (const set of sets) {
    if (set.length > MAX_PARAMETER_SET_BYTES) {
      throw new MalformedError("parameter-set-malformed", `a parameter set has ${set.length} bytes`);
    }
    writer.u(16, set.length).bytes(set);
  }
}

/**
 * Parses an avcC record, up to the picture parameter sets: what the extension behind them says is in the sequence
 * parameter sets as well, and writers of old leave it out.
 *
 * @throws MalformedError - `parameter-set-malformed` when it ends early or is of another version.
 * @spec ISO/IEC 14496-15 5.3.3.1.2
 */
export function parseAvcDecoderConfiguration(record: Uint8Array): AvcDecoderConfiguration {
  const reader = new BitReader(record, "parameter-set-malformed");
  const configurationVersion = reader.u(8);
  if (configurationVersion !== 1) {
    throw new MalformedError("parameter-set-malformed", `avcC version ${configurationVersion}`);
  }
  const profileIdc = reader.u(8);
  const constraintSetFlags = reader.u(8);
  const levelIdc = reader.u(8);
  reader.skip(6);
  const nalUnitLengthSize = reader.u(2) + 1;
  reader.skip(3);
  const sequenceParameterSets = readParameterSets(reader, reader.u(5));
  const pictureParameterSets = readParameterSets(reader, reader.u(8));
  return {
    profileIdc,
    constraintSetFlags,
    levelIdc,
    nalUnitLengthSize,
    sequenceParameterSets,
    pictureParameterSets,
  };
}

function readParameterSets(reader: BitReader, count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, () => reader.bytes(reader.u(16)));
}
