import { h264, h265, pictures, tone } from "../support/test-sources.ts";
import { removeDelimiters } from "../support/transport-packets.ts";

/** One track that the packager must make, and where it comes from. */
export type ExpectedTrack = {
  readonly id: string;
  /** Which of the inputs, and ffmpeg's name of the stream in it. */
  readonly input: number;
  readonly stream: string;
  readonly codec: "h264" | "h265" | "aac" | "ac3" | "eac3";
  readonly timescale: number;
  /** ISO 639-2. */
  readonly language?: string;
  /** The boxes that its sample entry must have, in this order. */
  readonly boxes: readonly string[];
};

/** Transport streams that ffmpeg makes, and what the packager must make of them. */
export type TestStream = {
  readonly name: string;
  /** Parameters of ffmpeg, without the output, for each input. */
  readonly inputs: readonly (readonly string[])[];
  /** What is done to the bytes of each input before they are packaged. */
  readonly rework?: (bytes: Uint8Array) => Uint8Array;
  /** As on the command line. */
  readonly segment: string;
  readonly tracks: readonly ExpectedTrack[];
  /** Pictures of each video segment, the last included. */
  readonly pictures?: readonly number[];
  /** Segments start with pictures that others before them in presentation refer to. */
  readonly openGop?: boolean;
};

const SECONDS = 6;
const FULL_HD_COLOURS = "colorprim=bt709:transfer=bt709:colormatrix=bt709";

const v1 = { id: "v1", input: 0, stream: "v:0", codec: "h264", timescale: 90_000, boxes: ["avcC"] } as const;
const v1Of265 = { ...v1, codec: "h265", boxes: ["hvcC"] } as const;
const aac = { id: "a1", input: 0, stream: "a:0", codec: "aac", timescale: 48_000, boxes: ["esds"] } as const;
const ac3 = { id: "a2", input: 0, stream: "a:1", codec: "ac3", timescale: 48_000, boxes: ["dac3", "btrt"] } as const;
const eac3 = { ...aac, codec: "eac3", boxes: ["dec3", "btrt"] } as const;

const twoLanguages = [
  "-c:a:0",
  "aac",
  "-c:a:1",
  "ac3",
  "-metadata:s:a:0",
  "language=eng",
  "-metadata:s:a:1",
  "language=deu",
];

/** One picture size of the ladder as an encoder that sends each as a stream of its own. */
function rung(size: string): readonly string[] {
  return [
    ...pictures(size, "25", SECONDS),
    ...tone(440, 48_000, SECONDS),
    ...h264(50),
    "-c:a",
    "aac",
    "-metadata:s:a:0",
    "language=eng",
  ];
}

/** All streams. Each is small, so that the quickest encoder needs about a second for it. */
export const testStreams: readonly TestStream[] = [
  {
    name: "a ladder of three renditions in one stream, sound in two languages and codecs",
    inputs: [
      [
        ...pictures("640x360", "25", 10),
        ...tone(440, 48_000, 10),
        ...tone(880, 48_000, 10),
        ...["-filter_complex", "[0:v]split=3[a][b][c];[b]scale=480:270[d];[c]scale=320:180[e]"],
        ...["-map", "[a]", "-map", "[d]", "-map", "[e]", "-map", "1:a", "-map", "2:a"],
        ...h264(50, `nal-hrd=vbr:vbv-maxrate=900:vbv-bufsize=900:${FULL_HD_COLOURS}`),
        ...twoLanguages,
      ],
    ],
    segment: "2s",
    tracks: [
      ...["v:0", "v:1", "v:2"].map((stream, i) => ({
        ...v1,
        id: `v${i + 1}`,
        stream,
        boxes: ["avcC", "colr", "btrt"],
      })),
      { ...aac, language: "eng" },
      { ...ac3, language: "deu" },
    ],
    pictures: [50, 50, 50, 50, 50],
  },
  {
    name: "a ladder of three renditions in three streams, each with the same sound",
    inputs: [rung("640x360"), rung("480x270"), rung("320x180")],
    segment: "2s",
    tracks: [0, 1, 2]
      .map((input): ExpectedTrack => ({ ...v1, id: `v${input + 1}`, input }))
      .concat({ ...aac, language: "eng" }),
    pictures: [50, 50, 50],
  },
  {
    name: "H.265 with E-AC-3",
    inputs: [
      [
        ...pictures("320x180", "25", SECONDS),
        ...tone(440, 48_000, SECONDS),
        ...h265(48, FULL_HD_COLOURS),
        "-c:a",
        "eac3",
      ],
    ],
    segment: "1.92s",
    tracks: [{ ...v1Of265, boxes: ["hvcC", "colr"] }, eac3],
    pictures: [48, 48, 48, 6],
  },
  {
    name: "29.97 pictures a second, sound at 44.1 kHz, samples that are not square",
    inputs: [
      [
        ...pictures("352x288", "30000/1001", SECONDS),
        ...tone(440, 44_100, SECONDS),
        ...["-vf", "setsar=12/11"],
        ...h264(60),
        ...["-c:a", "aac"],
      ],
    ],
    segment: "2s",
    tracks: [
      { ...v1, boxes: ["avcC", "pasp"] },
      { ...aac, timescale: 44_100 },
    ],
    pictures: [60, 60, 60],
  },
  {
    name: "59.94 pictures a second",
    inputs: [[...pictures("320x180", "60000/1001", SECONDS), ...h264(120)]],
    segment: "2s",
    tracks: [{ ...v1, timescale: 60_000 }],
    pictures: [120, 120, 120],
  },
  {
    name: "clocks that wrap around after 33 bits",
    inputs: [
      [
        ...pictures("320x180", "25", SECONDS),
        ...tone(440, 48_000, SECONDS),
        ...h264(25),
        ...["-c:a", "aac", "-output_ts_offset", "95441"],
      ],
    ],
    segment: "1s",
    tracks: [v1, aac],
    pictures: [25, 25, 25, 25, 25, 25],
  },
  {
    name: "interlaced pictures of several slices without delimiters",
    inputs: [
      [...pictures("352x288", "25", SECONDS), ...h264(50, "interlaced=1:tff=1:slices=4"), "-flags", "+ilme+ildct"],
    ],
    rework: removeDelimiters,
    segment: "2s",
    tracks: [v1],
    pictures: [50, 50, 50],
  },
  {
    name: "H.265 of several slices without delimiters",
    inputs: [[...pictures("320x180", "25", SECONDS), ...h265(50, "slices=3")]],
    rework: removeDelimiters,
    segment: "2s",
    tracks: [v1Of265],
    pictures: [50, 50, 50],
  },
  {
    name: "open GOPs in H.264",
    inputs: [[...pictures("320x180", "25", SECONDS), ...h264(50, "open-gop=1")]],
    segment: "2s",
    tracks: [v1],
    openGop: true,
  },
  {
    name: "open GOPs in H.265",
    inputs: [[...pictures("320x180", "25", SECONDS), ...h265(50, "open-gop=1")]],
    segment: "2s",
    tracks: [v1Of265],
    openGop: true,
  },
  {
    name: "sound alone",
    inputs: [[...tone(440, 48_000, SECONDS), "-c:a", "aac"]],
    segment: "2s",
    tracks: [aac],
  },
  {
    name: "sound alone, the second track beginning before the first",
    inputs: [[...tone(440, 48_000, SECONDS), "-map", "0", "-map", "0", "-c:a:0", "ac3", "-c:a:1", "aac"]],
    segment: "2s",
    tracks: [
      { ...ac3, id: "a1", stream: "a:0" },
      { ...aac, id: "a2", stream: "a:1" },
    ],
  },
];
