import { removeEmulationPrevention } from "../annexb/emulation-prevention.ts";
import type { NalUnitRole } from "../annexb/nal-unit-role.ts";
import { describeH265 } from "../h265/describe-h265.ts";
import { nalUnitRole, startsAccessUnit } from "../h265/nal-unit-role.ts";
import { nalUnitType, nalUnitTypes, temporalId } from "../h265/nal-unit-type.ts";
import { type PictureParameterSet, parsePictureParameterSet } from "../h265/picture-parameter-set.ts";
import { parseSequenceParameterSet, type SequenceParameterSet } from "../h265/sequence-parameter-set.ts";
import { parseSliceHeader } from "../h265/slice-header.ts";
import { parseVideoParameterSet, type VideoParameterSet } from "../h265/video-parameter-set.ts";
import type { RandomAccess } from "./access-unit.ts";
import { ConfigurationCache } from "./configuration-cache.ts";
import { ParameterSets } from "./parameter-sets.ts";
import type { VideoConfiguration } from "./track-configuration.ts";
import type { SliceVerdict, VideoSyntax } from "./video-syntax.ts";

/** Bytes of a NAL unit header. */
const NAL_HEADER_BYTES = 2;

/** Slice types below this are sub-layer non-reference pictures where they are even. @spec Rec. ITU-T H.265 Table 7-1 */
const END_OF_SUB_LAYER_TYPES = 16;

const randomAccessTypes: ReadonlyMap<number, RandomAccess> = new Map([
  [nalUnitTypes.blaNLp, "idr"],
  [nalUnitTypes.idrNLp, "idr"],
  [nalUnitTypes.blaWRadl, "idr-with-leading"],
  [nalUnitTypes.idrWRadl, "idr-with-leading"],
  [nalUnitTypes.blaWLp, "open"],
  [nalUnitTypes.cra, "open"],
]);

/** What is kept of the slice last compared. */
type Slice = { readonly type: number; readonly pps: number; readonly temporalId: number };

/** What the assembler must know of an H.265 stream. */
export class H265Syntax implements VideoSyntax {
  readonly #video = new ParameterSets<VideoParameterSet>();
  readonly #sequence = new ParameterSets<SequenceParameterSet>();
  readonly #picture = new ParameterSets<PictureParameterSet>();
  readonly #configuration = new ConfigurationCache();
  #pending: Slice | undefined;
  #slice: Slice | undefined;

  role(nal: Uint8Array): NalUnitRole {
    return nalUnitRole(nal);
  }

  startsAccessUnit(nal: Uint8Array): boolean {
    return startsAccessUnit(nal);
  }

  compare(nal: Uint8Array): SliceVerdict {
    const header = parseSliceHeader(nal);
    this.#pending = { type: nalUnitType(nal), pps: header.slicePicParameterSetId, temporalId: temporalId(nal) };
    return header.firstSliceSegmentInPicFlag ? "new-picture" : "same-picture";
  }

  enter(): void {
    this.#slice = this.#pending;
  }

  /** Fields are pictures of their own in H.265. */
  awaitsSecondField(): boolean {
    return false;
  }

  /** Pictures of a higher sub-layer may refer to one that those of its own do not. */
  isDisposable(): boolean {
    const { type, pps, temporalId } = this.#slice ?? {};
    if (type === undefined || type >= END_OF_SUB_LAYER_TYPES || type % 2 === 1) return false;
    const id = this.#picture.values.get(pps ?? -1)?.ppsSeqParameterSetId;
    return temporalId === this.#sequence.values.get(id ?? -1)?.spsMaxSubLayersMinus1;
  }

  randomAccess(): RandomAccess | undefined {
    return randomAccessTypes.get(this.#slice?.type ?? -1);
  }

  seiRbsp(nal: Uint8Array): Uint8Array {
    return removeEmulationPrevention(nal).subarray(NAL_HEADER_BYTES);
  }

  parameterSet(nal: Uint8Array): void {
    const type = nalUnitType(nal);
    if (type === nalUnitTypes.videoParameterSet) {
      this.#video.take(nal, parseVideoParameterSet, (vps) => vps.vpsVideoParameterSetId);
    } else if (type === nalUnitTypes.sequenceParameterSet) {
      this.#sequence.take(nal, parseSequenceParameterSet, (sps) => {
        const id = sps.spsSeqParameterSetId;
        // A picture parameter set is only valid with the sequence parameter set it was made for.
        this.#picture.removeWhere((pps) => pps.ppsSeqParameterSetId === id);
        return id;
      });
    } else {
      this.#picture.take(nal, parsePictureParameterSet, (pps) => pps.ppsPicParameterSetId);
    }
  }

  configuration(): VideoConfiguration | undefined {
    const id = this.#picture.values.get(this.#slice?.pps ?? -1)?.ppsSeqParameterSetId ?? -1;
    const sps = this.#sequence.nalUnit(id);
    const vpsId = this.#sequence.values.get(id)?.spsVideoParameterSetId ?? -1;
    const vps = this.#video.nalUnit(vpsId);
    if (sps === undefined || vps === undefined) return undefined;
    const versions = `${this.#video.version} ${this.#sequence.version} ${this.#picture.version}`;
    return this.#configuration.get(`${id} ${versions}`, () => {
      const pps = this.#picture.nalUnitsWhere((set) => set.ppsSeqParameterSetId === id);
      return { kind: "video", codec: "h265", ...describeH265([vps], [sps], pps) };
    });
  }
}
