import { removeEmulationPrevention } from "../annexb/emulation-prevention.ts";
import type { NalUnitRole } from "../annexb/nal-unit-role.ts";
import { describeH264 } from "../h264/describe-h264.ts";
import { isSecondField, startsNewPicture } from "../h264/first-slice.ts";
import { nalUnitRole, startsAccessUnit } from "../h264/nal-unit-role.ts";
import { nalUnitType, nalUnitTypes } from "../h264/nal-unit-type.ts";
import { type PictureParameterSet, parsePictureParameterSet } from "../h264/picture-parameter-set.ts";
import { parseSequenceParameterSet, type SequenceParameterSet } from "../h264/sequence-parameter-set.ts";
import { parseSliceHeader, type SliceHeader } from "../h264/slice-header.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import type { SeiMessage } from "../sei/message.ts";
import { payloadTypes } from "../sei/payload-types.ts";
import { parseRecoveryPoint } from "../sei/recovery-point.ts";
import type { RandomAccess } from "./access-unit.ts";
import { ConfigurationCache } from "./configuration-cache.ts";
import { ParameterSets } from "./parameter-sets.ts";
import type { VideoConfiguration } from "./track-configuration.ts";
import type { SliceVerdict, VideoSyntax } from "./video-syntax.ts";

/** slice_type modulo 5 of an I slice (H.264 table 7-6). */
const I_SLICE = 2;

/** What the assembler must know of an H.264 stream. */
export class H264Syntax implements VideoSyntax {
  readonly #sequence = new ParameterSets<SequenceParameterSet>();
  readonly #picture = new ParameterSets<PictureParameterSet>();
  readonly #configuration = new ConfigurationCache();
  #pending: { readonly slice: SliceHeader; readonly verdict: SliceVerdict } | undefined;
  #slice: SliceHeader | undefined;
  #unpaired = false;
  #allIntra = false;

  role(nal: Uint8Array): NalUnitRole {
    return nalUnitRole(nal);
  }

  startsAccessUnit(nal: Uint8Array): boolean {
    return startsAccessUnit(nal);
  }

  compare(nal: Uint8Array): SliceVerdict {
    const slice = parseSliceHeader(nal, this.#picture.values, this.#sequence.values);
    const verdict = this.#verdict(slice);
    this.#pending = { slice, verdict };
    return verdict;
  }

  #verdict(slice: SliceHeader): SliceVerdict {
    if (this.#slice === undefined || !startsNewPicture(this.#slice, slice)) {
      return this.#slice === undefined ? "new-picture" : "same-picture";
    }
    return this.#unpaired && isSecondField(this.#slice, slice) ? "second-field" : "new-picture";
  }

  enter(): void {
    if (this.#pending === undefined) return;
    const { slice, verdict } = this.#pending;
    const intra = slice.sliceType % 5 === I_SLICE;
    if (verdict === "new-picture") {
      this.#unpaired = slice.fieldPicFlag;
      this.#allIntra = intra;
    } else {
      this.#unpaired &&= verdict === "same-picture";
      this.#allIntra &&= intra;
    }
    if (slice.redundantPicCnt === 0) this.#slice = slice;
  }

  awaitsSecondField(): boolean {
    return this.#unpaired;
  }

  isDisposable(): boolean {
    return this.#slice?.nalRefIdc === 0;
  }

  randomAccess(sei: readonly SeiMessage[]): RandomAccess | undefined {
    if (this.#slice?.idrPicFlag) return "idr";
    const recovers = sei.some(({ payloadType, payload }) => {
      if (payloadType !== payloadTypes.recoveryPoint) return false;
      try {
        return parseRecoveryPoint(payload).recoveryFrameCnt === 0;
      } catch (error) {
        if (error instanceof MalformedError) return false;
        throw error;
      }
    });
    return recovers && this.#allIntra ? "recovery-point" : undefined;
  }

  seiRbsp(nal: Uint8Array): Uint8Array {
    return removeEmulationPrevention(nal).subarray(1);
  }

  parameterSet(nal: Uint8Array): void {
    if (nalUnitType(nal) === nalUnitTypes.sequenceParameterSet) {
      this.#sequence.take(nal, parseSequenceParameterSet, (sps) => {
        const id = sps.seqParameterSetId;
        // A picture parameter set is only valid with the sequence parameter set it was made for.
        this.#picture.removeWhere((pps) => pps.seqParameterSetId === id);
        return id;
      });
    } else {
      this.#picture.take(nal, parsePictureParameterSet, (pps) => pps.picParameterSetId);
    }
  }

  configuration(): VideoConfiguration | undefined {
    const id = this.#slice?.seqParameterSetId ?? -1;
    const sps = this.#sequence.nalUnit(id);
    if (sps === undefined) return undefined;
    return this.#configuration.get(`${id} ${this.#sequence.version} ${this.#picture.version}`, () => {
      const pps = this.#picture.nalUnitsWhere((set) => set.seqParameterSetId === id);
      return { kind: "video", codec: "h264", ...describeH264([sps], pps) };
    });
  }
}
