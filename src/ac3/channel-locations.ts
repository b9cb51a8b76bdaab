/** The channel map's bit of each location a main channel can have: Left is bit 15. */
const LEFT = 0x8000;
const CENTRE = 0x4000;
const RIGHT = 0x2000;
const LEFT_SURROUND = 0x1000;
const RIGHT_SURROUND = 0x0800;
const CENTRE_SURROUND = 0x0100;
const LFE = 0x0001;

/** Lc/Rc, Lrs/Rrs, Lsd/Rsd, Lw/Rw, Lvh/Rvh and Lts/Rts: bits that stand for two channels. */
const PAIRS = 0x0674;

/** By acmod. Mode 1+1 is two programmes in one stream: a player hears them as left and right. */
const MAIN_CHANNELS = [
  LEFT | RIGHT,
  CENTRE,
  LEFT | RIGHT,
  LEFT | CENTRE | RIGHT,
  LEFT | RIGHT | CENTRE_SURROUND,
  LEFT | CENTRE | RIGHT | CENTRE_SURROUND,
  LEFT | RIGHT | LEFT_SURROUND | RIGHT_SURROUND,
  LEFT | CENTRE | RIGHT | LEFT_SURROUND | RIGHT_SURROUND,
];

/**
 * Locations of a substream's channels as a channel map.
 *
 * @spec ETSI TS 102 366 4.4.2.3, table E.1.4
 */
export function channelLocations(acmod: number, lfeon: boolean): number {
  return MAIN_CHANNELS[acmod]! | (lfeon ? LFE : 0);
}

/** Channels of a channel map, LFE counted. */
export function countChannels(chanmap: number): number {
  let count = 0;
  for (let bit = 1; bit <= LEFT; bit <<= 1) {
    if (chanmap & bit) count += PAIRS & bit ? 2 : 1;
  }
  return count;
}

/**
 * The chan_loc field of the dec3 box for the channel map of dependent substreams: Lc/Rc in bit 0, Lrs/Rrs in bit 1,
 * and so on to LFE2 in bit 8. Lts/Rts and what 5.1 has anyway have no bit there.
 *
 * @spec ETSI TS 102 366 table F.6.1
 */
export function chanLoc(chanmap: number): number {
  let value = chanmap & 0x0002 ? 0x100 : 0; // LFE2
  for (let bit = 0; bit < 8; bit++) {
    if (chanmap & (0x0400 >> bit)) value |= 1 << bit;
  }
  return value;
}
