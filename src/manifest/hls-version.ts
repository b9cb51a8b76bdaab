/**
 * What rfc8216bis clause 8 asks for: EXT-X-MAP in a playlist that is not of I-frames only. EXT-X-GAP,
 * EXT-X-PROGRAM-DATE-TIME and decimal durations need no more. (Drafts of the years 2017 to 2018 asked for 8 where there
 * is an EXT-X-GAP; hls-parser still does.)
 *
 * @spec rfc8216bis 8
 */
export const HLS_VERSION = 6;

/** The same of a delta update, for its EXT-X-SKIP. @spec rfc8216bis 8 */
export const HLS_DELTA_VERSION = 9;
