import { chanLoc, countChannels } from "../ac3/channel-locations.ts";
import { type IndependentSubstream, writeDec3 } from "../ac3/specific-box.ts";
import type { BitsPerSecond } from "../time/units.ts";
import { chanmapOf, type Eac3Substream } from "./eac3-substream.ts";
import type { AudioConfiguration } from "./track-configuration.ts";

/** Samples per channel of an access unit: six blocks. */
export const SAMPLES_PER_ACCESS_UNIT = 1536;

/** data_rate has 13 bits. */
const MAX_DATA_RATE = 8191;

/** A text that differs where the configuration does, apart from its bit rate. */
export function eac3ConfigurationKey(substreams: readonly Eac3Substream[]): string {
  return substreams
    .map(({ syncframe, metadata, isDependent, id }) =>
      [
        isDependent,
        id,
        syncframe.sampleRate,
        syncframe.bsid,
        syncframe.acmod,
        syncframe.lfeon,
        metadata.bsmod,
        metadata.chanmap,
        metadata.complexityIndexTypeA,
      ].join(),
    )
    .join(";");
}

/**
 * Configuration of an E-AC-3 stream.
 *
 * @param substreams - One syncframe of each, in stream order: independent substream 0 first, each dependent one
 *   after the one it belongs to.
 * @param bytes - Size of an access unit. Streams of constant rate differ by a word at 44.1 kHz, and rounding to
 *   kbit/s hides that, so that it does not matter with which access unit a stream was joined.
 */
export function buildEac3Configuration(substreams: readonly Eac3Substream[], bytes: number): AudioConfiguration {
  const programs = splitPrograms(substreams);
  const { sampleRate } = substreams[0]!.syncframe;
  const dataRate = Math.min(Math.round((bytes * 8 * sampleRate) / (SAMPLES_PER_ACCESS_UNIT * 1000)), MAX_DATA_RATE);
  const independentSubstreams = programs.map(describeProgram);
  const complexityIndexTypeA = programs[0]!.map(({ metadata }) => metadata.complexityIndexTypeA).find(Boolean);
  return {
    kind: "audio",
    codec: "eac3",
    codecString: "ec-3",
    decoderConfiguration: writeDec3({
      dataRate,
      independentSubstreams,
      ...(complexityIndexTypeA !== undefined && { complexityIndexTypeA }),
    }),
    sampleRate,
    channels: countChannels(programs[0]!.map(chanmapOf).reduce((all, chanmap) => all | chanmap)),
    samplesPerFrame: SAMPLES_PER_ACCESS_UNIT,
    bitrate: (dataRate * 1000) as BitsPerSecond,
  };
}

/** Each independent substream with those that depend on it. */
function splitPrograms(substreams: readonly Eac3Substream[]): readonly (readonly Eac3Substream[])[] {
  const programs: Eac3Substream[][] = [];
  for (const substream of substreams) {
    if (substream.isDependent) programs.at(-1)!.push(substream);
    else programs.push([substream]);
  }
  return programs;
}

function describeProgram([main, ...dependents]: readonly Eac3Substream[]): IndependentSubstream {
  const { syncframe, metadata } = main!;
  return {
    fscod: syncframe.fscod,
    bsid: syncframe.bsid,
    asvc: false,
    bsmod: metadata.bsmod,
    acmod: syncframe.acmod,
    lfeon: syncframe.lfeon,
    numDepSub: dependents.length,
    chanLoc: chanLoc(dependents.reduce((all, dependent) => all | chanmapOf(dependent), 0)),
  };
}
