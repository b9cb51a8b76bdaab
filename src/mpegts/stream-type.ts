import type { Descriptor } from "./descriptor.ts";

/** Values of stream_type. @spec ISO/IEC 13818-1 table 2-34; ATSC A/52 annex A for AC-3 and E-AC-3 */
export const streamTypes = {
  /** PES packets with private data: the descriptors say what. */
  privatePes: 0x06,
  aacAdts: 0x0f,
  h264: 0x1b,
  h265: 0x24,
  ac3: 0x81,
  eac3: 0x87,
} as const;

/** Values of descriptor_tag. @spec ISO/IEC 13818-1 table 2-45; ETSI EN 300 468 table 12 for AC-3 and enhanced AC-3 */
export const descriptorTags = {
  registration: 0x05,
  iso639Language: 0x0a,
  ac3: 0x6a,
  enhancedAc3: 0x7a,
} as const;

/** What the packager knows of a kind of elementary stream. */
export type StreamDescription = {
  readonly kind: "video" | "audio";
  readonly codec: "h264" | "h265" | "aac" | "ac3" | "eac3";
};

const h264: StreamDescription = { kind: "video", codec: "h264" };
const h265: StreamDescription = { kind: "video", codec: "h265" };
const aac: StreamDescription = { kind: "audio", codec: "aac" };
const ac3: StreamDescription = { kind: "audio", codec: "ac3" };
const eac3: StreamDescription = { kind: "audio", codec: "eac3" };

const byStreamType: ReadonlyMap<number, StreamDescription> = new Map([
  [streamTypes.h264, h264],
  [streamTypes.h265, h265],
  [streamTypes.aacAdts, aac],
  [streamTypes.ac3, ac3],
  [streamTypes.eac3, eac3],
]);

/**
 * Says what an elementary stream of a PMT is, or undefined where it is of no kind that is packaged.
 *
 * @spec ISO/IEC 13818-1 table 2-34; ETSI EN 300 468 annex D; ATSC A/52 annex A
 */
export function describeStream(streamType: number, descriptors: readonly Descriptor[]): StreamDescription | undefined {
  if (streamType !== streamTypes.privatePes) return byStreamType.get(streamType);
  for (const { tag, data } of descriptors) {
    if (tag === descriptorTags.ac3) return ac3;
    if (tag === descriptorTags.enhancedAc3) return eac3;
    if (tag !== descriptorTags.registration) continue;
    const formatIdentifier = String.fromCharCode(...data.subarray(0, 4));
    if (formatIdentifier === "AC-3") return ac3;
    if (formatIdentifier === "EAC3") return eac3;
  }
  return undefined;
}

/**
 * The language of a stream: the first code of its ISO_639_language_descriptor, in lower case; undefined where there is
 * none or it is not three letters.
 *
 * @spec ISO/IEC 13818-1 2.6.18
 */
export function languageOf(descriptors: readonly Descriptor[]): string | undefined {
  const descriptor = descriptors.find(({ tag }) => tag === descriptorTags.iso639Language);
  if (descriptor === undefined) return undefined;
  const code = String.fromCharCode(...descriptor.data.subarray(0, 3));
  return /^[A-Za-z]{3}$/.test(code) ? code.toLowerCase() : undefined;
}
