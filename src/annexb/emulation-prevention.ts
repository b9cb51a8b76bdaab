/**
 * Takes the emulation prevention bytes (the 03 of 00 00 03) out of a NAL unit.
 *
 * @param nal - A NAL unit, or the beginning of one; its header may be included, it never looks like one.
 * @returns The same view where there are none, else a copy.
 * @spec Rec. ITU-T H.264 7.3.1, H.265 7.3.1.1
 */
export function removeEmulationPrevention(nal: Uint8Array): Uint8Array {
  const first = nextEmulationPrevention(nal, 0);
  if (first < 0) return nal;
  const rbsp = new Uint8Array(nal.length - 1);
  let length = 0;
  let from = 0;
  for (let at = first; at >= 0; at = nextEmulationPrevention(nal, from)) {
    rbsp.set(nal.subarray(from, at), length);
    length += at - from;
    from = at + 1;
  }
  rbsp.set(nal.subarray(from), length);
  return rbsp.subarray(0, length + nal.length - from);
}

/** Offset of the next 03 after two zeros, all three at or after `from`; -1 where there is none. */
function nextEmulationPrevention(nal: Uint8Array, from: number): number {
  for (let i = from + 2; i < nal.length; ) {
    if (nal[i] === 3 && nal[i - 1] === 0 && nal[i - 2] === 0) return i;
    i += nal[i] === 0 ? 1 : 3;
  }
  return -1;
}

/**
 * Puts emulation prevention bytes in, so that no start code and no end of a NAL unit occurs inside: the inverse of
 * {@link removeEmulationPrevention} for any bytes.
 *
 * @returns The same view where there is nothing to prevent, else a copy.
 * @spec Rec. ITU-T H.264 7.4.1.1, H.265 7.4.2
 */
export function addEmulationPrevention(rbsp: Uint8Array): Uint8Array {
  if (!needsEmulationPrevention(rbsp)) return rbsp;
  const nal = new Uint8Array(rbsp.length + (rbsp.length >> 1));
  let length = 0;
  let zeros = 0;
  for (const byte of rbsp) {
    if (zeros === 2 && byte <= 3) {
      nal[length++] = 3;
      zeros = 0;
    }
    nal[length++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
  }
  // Two zeros at the end are a cabac_zero_word: with nothing behind them they would be lost to the next start code.
  if (zeros === 2) nal[length++] = 3;
  return nal.subarray(0, length);
}

function needsEmulationPrevention(rbsp: Uint8Array): boolean {
  const { length } = rbsp;
  for (let i = 2; i < length; ) {
    if (rbsp[i]! <= 3 && rbsp[i - 1] === 0 && rbsp[i - 2] === 0) return true;
    i += rbsp[i] === 0 ? 1 : 3;
  }
  return length >= 2 && rbsp[length - 1] === 0 && rbsp[length - 2] === 0;
}
