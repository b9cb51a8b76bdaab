/**
 * Every kind of input damage the packager knows by name, with what it means for an operator.
 *
 * The code is the union type, the log field, the API key and the heading in docs/problems.md; a test holds them equal.
 */
export const problems = {
  // Transport stream
  "sync-lost":
    "Two sync bytes in a row were not 0x47; bytes were skipped until packets lined up again (TR 101 290 1.1).",
  "sync-byte": "One packet did not start with 0x47 and was dropped (TR 101 290 1.2).",
  "packet-cut-off": "The input ended inside a packet, which was dropped.",
  "transport-error": "A packet arrived with its transport_error_indicator set and was dropped (TR 101 290 2.1).",
  continuity: "Packets of a PID are missing: its continuity counter jumped (TR 101 290 1.4).",
  "adaptation-field-malformed": "An adaptation field is longer than its packet; the packet was dropped.",
  scrambled: "A packet is scrambled; its payload cannot be read and was dropped.",
  "section-malformed": "A PAT or PMT section breaks the syntax and was ignored.",
  "section-crc": "A PAT or PMT section has a wrong CRC and was ignored (TR 101 290 2.2).",
  "pat-interval": "The PAT stayed out for longer than 0.5 s and than the stream's habit (TR 101 290 1.3).",
  "pmt-interval": "The PMT stayed out for longer than 0.5 s and than the stream's habit (TR 101 290 1.5).",
  "pid-missing": "Nothing came of a track for 5 s, while the programme went on (TR 101 290 1.6).",
  "pcr-repetition": "The PCR came later than after 100 ms and than is the stream's habit (TR 101 290 2.3a).",
  "pcr-discontinuity":
    "The PCR jumped, though no packet is known to be lost and no discontinuity was announced (TR 101 290 2.3b).",
  "pcr-accuracy": "A PCR of a stream of constant bit rate is more than 500 ns off (TR 101 290 2.4).",
  "pts-repetition": "PES packets came without PTS for longer than 0.7 s and than the stream's habit (TR 101 290 2.5).",
  "program-missing":
    "There is no PAT, the programme asked for is not in it, or none carries a track that can be packaged.",
  "stream-unsupported": "The PMT announces a stream of a type that is not packaged; it is ignored.",
  "track-silent": "The PMT announces a track, but none of its data arrived.",
  "pes-malformed": "A PES packet header breaks the syntax; its payload was dropped.",
  "timestamp-missing": "A picture or audio frame has no timestamp of its own; one was derived from its neighbour.",
  // Elementary streams
  "access-unit-too-large": "A picture or audio frame is larger than any legal stream makes it; it was dropped.",
  "access-unit-damaged": "A picture or audio frame lost bytes on the way; what becomes of a picture says `damaged`.",
  "parameter-set-missing": "A picture refers to a parameter set that never arrived; it was dropped.",
  "parameter-set-malformed": "A parameter set cannot be parsed and was ignored.",
  "slice-malformed": "A slice header cannot be parsed; the slice was dropped.",
  "sei-malformed": "An SEI message breaks the syntax and was ignored (it still reaches the output unchanged).",
  "audio-sync-lost": "Bytes between audio frames were skipped until the next frame header.",
  "audio-unsupported": "An audio frame uses a form that CMAF cannot carry; it was dropped.",
  // Quality
  "mqa-malformed": "A quality SEI message has our UUID but a payload in neither of the known syntaxes.",
  "mqa-value": "A quality value is out of its range or not a number; the value was ignored.",
  "mqa-names": "More quality metrics of unknown names came with one segment than are kept; the rest was ignored.",
  "header-budget":
    "The quality of a segment does not fit into its headers as configured; the least important metrics were left out of them.",
  // Time
  "timestamp-jump": "Timestamps jumped without notice; the timeline was anchored again.",
  "timestamp-wrong": "A timestamp is far off those around it; the picture or frame was placed between them.",
  "timestamp-order":
    "A timestamp goes back or stands still where it must rise; the picture was moved to the next free tick, or dropped where that never ends.",
  "timecode-jump":
    "The timecodes have moved against the timestamps, or are there again; time was set by them at an I-frame.",
  repeated:
    "The clock was set back: pictures and frames from a time that has been were dropped, pictures up to the first I-frame after it.",
  "picture-rate-unknown": "The picture rate follows no regular grid; timestamps are used as they came.",
  "audio-gap": "Audio frames are missing; the frame before lasts longer to fill the hole.",
  "audio-overlap": "Audio frames overlap those before them and were dropped.",
  // Segmentation
  "cut-point-missing":
    "No shared I-frame in time; the segment was cut where it had to be and does not start independently.",
  "cut-point-missing-in-rendition":
    "One rendition has no I-frame where the others have one; it was cut there all the same.",
  "grid-irregular": "The encoder's GOPs do not divide the segment duration; segment durations vary.",
  "grid-lengthened": "I-frames are rarer than the segment duration; segments were lengthened to fit.",
  "rendition-late": "A rendition fell behind the others by more than the wait; the others went on without it.",
  "rendition-left-out":
    "A rendition has no timecodes while others have, and its timestamps are of another clock: what belongs together cannot be told, and it is left out until it has.",
  "rendition-ahead":
    "A rendition is seconds ahead of most others, as where its timecodes are wrong; it waits for them, and is dropped where that is too much.",
  "picture-unplaced":
    "Pictures or frames between a change of parameters, a long hole or the first timecode and the next cut were dropped: no segment can hold both.",
  "segment-overfull":
    "More came for one segment than any stream has, as of a clock that stands still; the rest was dropped.",
  // Inputs
  "input-lost": "An input stopped sending or its connection ended; it is opened again.",
} as const;

/** The name of one kind of input damage. */
export type ProblemCode = keyof typeof problems;
