import type { SeiMessage } from "../sei/message.ts";
import type { Ticks } from "../time/units.ts";
import type { RandomAccess } from "./access-unit.ts";
import type { VideoConfiguration } from "./track-configuration.ts";

/** When a picture is shown and decoded, on the clock of its programme. */
export type Times = { readonly pts: Ticks; readonly dts: Ticks };

/** The access unit being gathered. */
export type OpenUnit = {
  readonly times: Times | undefined;
  readonly sei: SeiMessage[];
  nalUnits: number;
  damaged: boolean;
  /** So are all fields that have come of it. */
  disposable: boolean;
  hasPicture: boolean;
  /** A slice of it refers to parameter sets that are not there. */
  undecodable?: true;
  /** It is swallowed to its end. */
  tooLarge?: true;
  /** Bytes were lost after what has come of it: if more of it comes, it is damaged. */
  beforeGap?: true;
  /** Its bytes: once its picture is complete, or those of a first field. */
  sample?: Uint8Array;
  /** Once its picture is complete. */
  configuration?: VideoConfiguration;
  randomAccess?: RandomAccess;
};
