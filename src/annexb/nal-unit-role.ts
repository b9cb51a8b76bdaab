/**
 * What a NAL unit is to somebody who puts access units together.
 *
 * - `vcl`: a slice whose header tells whether a new picture starts.
 * - `delimiter`: access unit delimiter.
 * - `parameter-set`: VPS, SPS or PPS.
 * - `sei`: SEI messages before the slices they belong to; `suffix-sei`: after them.
 * - `filler`: filler data, without meaning.
 * - `end-of-sequence`: end of sequence or of the bitstream; nothing of the picture follows.
 * - `other`: part of the picture for whom it concerns; data partitions, enhancement layers and reserved types among
 *   them.
 */
export type NalUnitRole =
  | "vcl"
  | "delimiter"
  | "parameter-set"
  | "sei"
  | "suffix-sei"
  | "filler"
  | "end-of-sequence"
  | "other";
