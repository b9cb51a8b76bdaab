import type { AudioConfiguration } from "../demux/track-configuration.ts";
import type { MpdElement } from "./mpd-element.ts";

/**
 * ChannelConfiguration of ISO/IEC 23091-3 by the number of channels: the layouts that AAC channel configurations 1 to
 * 7 and 11 stand for.
 */
const CICP_LAYOUTS: Readonly<Record<number, number>> = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 11, 8: 7 };

/**
 * Channel masks of ETSI TS 102 366 annex E by the number of channels: C; L R; L C R; L R Ls Rs; 5.0; 5.1; 5.1 with Cs;
 * 5.1 with Lrs Rrs. Rarer layouts of the same number (such as 3/1 of four) are told as these.
 */
const DOLBY_MASKS: Readonly<Record<number, string>> = {
  1: "4000",
  2: "A000",
  3: "E000",
  4: "B800",
  5: "F800",
  6: "F801",
  7: "F901",
  8: "FA01",
};

/**
 * Which loudspeakers the channels of a track are for; nothing for a number of channels that has no usual layout.
 *
 * @spec ISO/IEC 23009-1 5.8.5.4; ETSI TS 102 366 I.1.2
 */
export function audioChannelConfiguration({ codec, channels }: AudioConfiguration): readonly MpdElement[] {
  const [schemeIdUri, value] =
    codec === "aac"
      ? ["urn:mpeg:mpegB:cicp:ChannelConfiguration", CICP_LAYOUTS[channels]]
      : ["tag:dolby.com,2014:dash:audio_channel_configuration:2011", DOLBY_MASKS[channels]];
  return value === undefined ? [] : [{ "@schemeIdUri": schemeIdUri, "@value": value }];
}
