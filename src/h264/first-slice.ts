import type { SliceHeader } from "./slice-header.ts";

/**
 * Whether a slice belongs to another primary coded picture than the slice before it. Each field of a frame is a
 * picture of its own here; {@link isSecondField} tells which two make a frame.
 *
 * @param previous - The last slice of a primary coded picture (redundantPicCnt 0).
 * @param next - The slice after it in decoding order; one of a redundant coded picture never starts a picture.
 * @spec Rec. ITU-T H.264 7.4.1.2.4
 */
export function startsNewPicture(previous: SliceHeader, next: SliceHeader): boolean {
  if (next.redundantPicCnt > 0) return false;
  return (
    next.frameNum !== previous.frameNum ||
    next.picParameterSetId !== previous.picParameterSetId ||
    next.seqParameterSetId !== previous.seqParameterSetId ||
    next.fieldPicFlag !== previous.fieldPicFlag ||
    next.bottomFieldFlag !== previous.bottomFieldFlag ||
    (next.nalRefIdc === 0) !== (previous.nalRefIdc === 0) ||
    next.picOrderCntType !== previous.picOrderCntType ||
    next.picOrderCntLsb !== previous.picOrderCntLsb ||
    next.deltaPicOrderCntBottom !== previous.deltaPicOrderCntBottom ||
    next.deltaPicOrderCnt[0] !== previous.deltaPicOrderCnt[0] ||
    next.deltaPicOrderCnt[1] !== previous.deltaPicOrderCnt[1] ||
    next.idrPicFlag !== previous.idrPicFlag ||
    next.idrPicId !== previous.idrPicId
  );
}

/**
 * Whether two pictures in a row are the two fields of one frame (a complementary field pair).
 *
 * memory_management_control_operation 5 in the second field, which would forbid the pair, lies too deep in the header
 * to be worth the reading: it makes the field start anew from frame_num 0 like an IDR picture, which no encoder does
 * between two fields.
 *
 * @param previous - A slice of the first picture, which is not already the second field of a frame.
 * @param next - A slice of the picture after it in decoding order.
 * @spec Rec. ITU-T H.264 3 (complementary non-reference and reference field pair), 7.4.3 (frame_num)
 */
export function isSecondField(previous: SliceHeader, next: SliceHeader): boolean {
  return (
    previous.fieldPicFlag &&
    next.fieldPicFlag &&
    previous.bottomFieldFlag !== next.bottomFieldFlag &&
    previous.frameNum === next.frameNum &&
    previous.seqParameterSetId === next.seqParameterSetId &&
    (previous.nalRefIdc === 0) === (next.nalRefIdc === 0) &&
    !next.idrPicFlag
  );
}
