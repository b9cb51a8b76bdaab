/** From 1900-01-01T00:00:00Z, where NTP counts from, to 1970-01-01T00:00:00Z: 70 years, 17 of them leap years. */
const NTP_TO_EPOCH_SECONDS = 2_208_988_800;

/** An instant as NTP writes it: two 32-bit fields. */
export type NtpTimestamp = {
  /** Since 1900-01-01T00:00:00Z, modulo 2^32: they begin anew in 2036. */
  readonly seconds: number;
  /** Of a second, in units of 2^-32 s. */
  readonly fraction: number;
};

/**
 * An instant as NTP writes it, the fraction rounded down.
 *
 * @param time - In units of `timescale` since 1970-01-01T00:00:00Z; an integer from 0 to 2^52.
 * @param timescale - At most 32 bits.
 * @spec RFC 5905 6
 */
export function ntpTimestamp(time: number, timescale: number): NtpTimestamp {
  const rest = time % timescale;
  const seconds = ((time - rest) / timescale + NTP_TO_EPOCH_SECONDS) % 2 ** 32;
  // 16 bits at a time, so that every product is exact.
  const scaled = rest * 2 ** 16;
  const high = Math.floor(scaled / timescale);
  const low = Math.floor(((scaled % timescale) * 2 ** 16) / timescale);
  return { seconds, fraction: high * 2 ** 16 + low };
}
