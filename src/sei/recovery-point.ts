import { BitReader } from "../bytes/bit-reader.ts";
import { BitWriter } from "../bytes/bit-writer.ts";
import { MalformedError } from "../problem/malformed-error.ts";

/** H.264 recovery point: decoding may start at this picture and is right after `recoveryFrameCnt` frames. */
export type RecoveryPoint = {
  /** 0: the picture itself is already right. */
  readonly recoveryFrameCnt: number;
  readonly exactMatchFlag: boolean;
  /** Pictures before it are from elsewhere (a splice). */
  readonly brokenLinkFlag: boolean;
  readonly changingSliceGroupIdc: number;
};

/** recovery_frame_cnt counts frame_num, which has 16 bits at most. */
const MAX_RECOVERY_FRAME_CNT = 65_535;

/**
 * Reads the recovery_point payload of an H.264 stream.
 *
 * @throws MalformedError - `sei-malformed` when it ends early or counts more frames than frame_num can.
 * @spec Rec. ITU-T H.264 D.1.8, D.2.8
 */
export function parseRecoveryPoint(payload: Uint8Array): RecoveryPoint {
  const reader = new BitReader(payload, "sei-malformed");
  const recoveryFrameCnt = reader.ue();
  if (recoveryFrameCnt > MAX_RECOVERY_FRAME_CNT) {
    throw new MalformedError("sei-malformed", `recovery_frame_cnt is ${recoveryFrameCnt}`);
  }
  return {
    recoveryFrameCnt,
    exactMatchFlag: reader.flag(),
    brokenLinkFlag: reader.flag(),
    changingSliceGroupIdc: reader.u(2),
  };
}

/** Writes a recovery_point payload: the inverse of {@link parseRecoveryPoint}. */
export function writeRecoveryPoint(point: RecoveryPoint): Uint8Array {
  const writer = new BitWriter()
    .ue(point.recoveryFrameCnt)
    .flag(point.exactMatchFlag)
    .flag(point.brokenLinkFlag)
    .u(2, point.changingSliceGroupIdc);
  if (writer.position % 8 !== 0) writer.trailingBits();
  return writer.finish();
}
