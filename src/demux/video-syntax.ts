import type { NalUnitRole } from "../annexb/nal-unit-role.ts";
import type { SeiMessage } from "../sei/message.ts";
import type { RandomAccess } from "./access-unit.ts";
import type { VideoConfiguration } from "./track-configuration.ts";

/** How a slice relates to the picture before it. */
export type SliceVerdict = "same-picture" | "second-field" | "new-picture";

/** What the assembler must know of a coding format: one implementation per format, with the state of one stream. */
export interface VideoSyntax {
  role(nal: Uint8Array): NalUnitRole;
  /** A NAL unit of this type, after the slices of a picture, belongs to the next access unit. Not for slices. */
  startsAccessUnit(nal: Uint8Array): boolean;
  /**
   * Compares a slice with the one last entered.
   *
   * @throws MalformedError - `slice-malformed`, `parameter-set-missing`.
   */
  compare(slice: Uint8Array): SliceVerdict;
  /** Enters the slice last compared: the picture it belongs to is the one that the questions below are about. */
  enter(): void;
  /** The picture is a field whose second has not come yet. */
  awaitsSecondField(): boolean;
  /** No other picture refers to the picture, as far as its header says. */
  isDisposable(): boolean;
  /** Why the stream can be cut before the picture, which came with these messages. */
  randomAccess(sei: readonly SeiMessage[]): RandomAccess | undefined;
  /** The SEI payload bytes of an SEI NAL unit, without header and emulation prevention. */
  seiRbsp(nal: Uint8Array): Uint8Array;
  /**
   * Takes a parameter set; the NAL unit is copied.
   *
   * @throws MalformedError - `parameter-set-malformed`.
   */
  parameterSet(nal: Uint8Array): void;
  /** The configuration the picture refers to; the same object while the parameter sets are the same. */
  configuration(): VideoConfiguration | undefined;
}
