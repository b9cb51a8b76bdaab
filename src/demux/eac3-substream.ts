import { channelLocations } from "../ac3/channel-locations.ts";
import { type Eac3Metadata, parseEac3Metadata } from "../ac3/eac3-metadata.ts";
import { parseSyncframe, type Syncframe } from "../ac3/syncframe.ts";

/** One syncframe of an E-AC-3 stream, with its place among the substreams that play together. */
export type Eac3Substream = {
  readonly bytes: Uint8Array;
  readonly syncframe: Syncframe;
  readonly metadata: Eac3Metadata;
  /** It adds channels to the independent substream before it. */
  readonly isDependent: boolean;
  /** substreamid. */
  readonly id: number;
};

/**
 * Reads a whole syncframe. One in AC-3 syntax is independent substream 0, as the standard allows.
 *
 * @param bytes - What `parseSyncframe` accepts, and all the bytes it says.
 * @throws MalformedError - `audio-unsupported` when its optional fields run past the end.
 * @spec ETSI TS 102 366 E.1.3.1.1, E.1.3.1.2
 */
export function readEac3Substream(bytes: Uint8Array): Eac3Substream {
  const syncframe = parseSyncframe(bytes)!;
  if (syncframe.syntax === "ac3") {
    const metadata = { bsmod: syncframe.bsmod, convsync: false };
    return { bytes, syncframe, metadata, isDependent: false, id: 0 };
  }
  const metadata = parseEac3Metadata(bytes, syncframe);
  return { bytes, syncframe, metadata, isDependent: syncframe.strmtyp === 1, id: syncframe.substreamid };
}

/** Independent substream 0 comes first of the substreams that play together, and their time is its time. */
export function leadsSubstreams(syncframe: Syncframe): boolean {
  return syncframe.syntax === "ac3" || (syncframe.strmtyp !== 1 && syncframe.substreamid === 0);
}

/** Channel map of a substream, its own or the one its mode stands for. */
export function chanmapOf({ metadata, syncframe }: Eac3Substream): number {
  return metadata.chanmap ?? channelLocations(syncframe.acmod, syncframe.lfeon);
}
