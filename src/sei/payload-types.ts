/**
 * The SEI payload types this project reads or writes.
 *
 * @spec Rec. ITU-T H.264 D.1.1, H.265 D.2.1
 */
export const payloadTypes = {
  bufferingPeriod: 0,
  /** H.264 with clock timestamps; in H.265 the same number is a message without any. */
  picTiming: 1,
  /** user_data_registered_itu_t_t35: captions and vendors' metadata. */
  userDataRegistered: 4,
  userDataUnregistered: 5,
  recoveryPoint: 6,
  /** H.265 only. */
  timeCode: 136,
} as const;
