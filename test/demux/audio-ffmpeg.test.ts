import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { parseAudioSpecificConfig } from "../../src/aac/audio-specific-config.ts";
import { parseDec3 } from "../../src/ac3/specific-box.ts";
import { toHex } from "../../src/bytes/hex.ts";
import type { PesPacket } from "../../src/demux/access-unit.ts";
import { writeEac3Syncframe } from "../ac3/eac3-writer.ts";
import { assemble, boxContent, cut, cuts, ffmpeg, PID, pes, probePackets, tone } from "./audio-streams.ts";

type Codec = "aac" | "ac3" | "eac3";

/** Name, codec, sample rate, channels, and what else to tell the encoder. */
const streams: readonly (readonly [string, Codec, number, number, readonly string[]])[] = [
  ["AAC mono at 48 kHz", "aac", 48000, 1, []],
  ["AAC stereo at 44.1 kHz", "aac", 44100, 2, []],
  ["AAC 5.1 at 48 kHz", "aac", 48000, 6, []],
  ["AAC stereo at 32 kHz", "aac", 32000, 2, []],
  ["AC-3 stereo at 48 kHz", "ac3", 48000, 2, []],
  ["AC-3 5.1 at 44.1 kHz", "ac3", 44100, 6, []],
  ["AC-3 mono at 32 kHz", "ac3", 32000, 1, ["-b:a", "64k"]],
  ["E-AC-3 stereo at 48 kHz", "eac3", 48000, 2, []],
  ["E-AC-3 5.1 at 48 kHz", "eac3", 48000, 6, ["-mixing_level", "90", "-dmix_mode", "ltrt", "-dsurex_mode", "off"]],
  ["E-AC-3 stereo at 44.1 kHz", "eac3", 44100, 2, ["-b:a", "192k"]],
];

/** Bytes of framing that access units leave out. */
const framing: Record<Codec, number> = { aac: 7, ac3: 0, eac3: 0 };

/** What stands in front of the decoder configuration in the box that holds it. */
const boxes: Record<Codec, string> = { aac: "esds", ac3: "dac3", eac3: "dec3" };

/** AudioSpecificConfig is the payload of the DecoderSpecificInfo descriptor (tag 5) in esds. */
function decoderConfiguration(codec: Codec, content: Uint8Array): Uint8Array {
  if (codec !== "aac") return content;
  const tag = content.indexOf(0x05, 20);
  const size = content.subarray(tag + 1).findIndex((byte) => byte < 0x80) + tag + 1;
  return content.subarray(size + 1, size + 1 + content[size]!);
}

describe.for(streams)("%s from ffmpeg", ([, codec, sampleRate, channels, options]) => {
  let raw: Uint8Array;
  let mp4: Uint8Array;

  beforeAll(() => {
    const encode = [...tone(sampleRate, channels, 1.5), "-c:a", codec, ...options, `raw.${codec}`];
    [raw] = ffmpeg(encode, [`raw.${codec}`]) as [Uint8Array];
    [mp4] = ffmpeg(["-i", `raw.${codec}`, "-c", "copy", "copy.mp4"], ["copy.mp4"], { [`raw.${codec}`]: raw }) as [
      Uint8Array,
    ];
  });

  test("has the frames that ffprobe counts, each with its size and time", () => {
    const { units, problems } = assemble(codec, cut(raw, []));
    const expected = probePackets(`raw.${codec}`, raw);
    expect(problems).toEqual([]);
    expect(units.length).toBeGreaterThan(30);
    expect(units.map(({ data }) => data.length + framing[codec])).toEqual(expected.map(({ size }) => size));
    const { samplesPerFrame } = units[0]!.configuration;
    expect(units.map(({ pts }) => pts)).toEqual(
      units.map((_, index) => Math.round((index * samplesPerFrame * 90_000) / sampleRate)),
    );
  });

  test("has the samples of the MP4 file that ffmpeg makes of it, byte for byte", () => {
    const { units } = assemble(codec, cut(raw, []));
    const joined = Uint8Array.from(units.flatMap(({ data }) => [...data]));
    expect(boxContent(mp4, "mdat").subarray(0, joined.length)).toEqual(joined);
  });

  test("has the decoder configuration that ffmpeg writes", () => {
    const configuration = assemble(codec, cut(raw, [])).units[0]!.configuration;
    const expected = decoderConfiguration(codec, boxContent(mp4, boxes[codec]));
    expect(toHex(configuration.decoderConfiguration)).toBe(toHex(expected));
    expect(configuration).toMatchObject({ codec, sampleRate, channels });
    if (codec === "aac") {
      expect(parseAudioSpecificConfig(expected)).toMatchObject({ samplingFrequency: sampleRate });
    }
  });

  test("comes out the same however it is cut into PES packets", () => {
    const whole = assemble(codec, cut(raw, []));
    fc.assert(
      fc.property(cuts(raw.length), (ends) => {
        expect(digest(cut(raw, ends))).toEqual(digest([pes(raw, 0)]));
      }),
      { numRuns: 25 },
    );

    function digest(packets: readonly PesPacket[]): unknown {
      const { units, problems } = assemble(codec, packets);
      const same = units.every(({ data }, index) => {
        const other = whole.units[index]!.data;
        return data.length === other.length && data.every((byte, at) => byte === other[at]);
      });
      return { count: units.length, times: units.map(({ pts }) => pts), same, problems };
    }
  });
});

describe("E-AC-3 in syncframes of less than six blocks from ffmpeg", () => {
  // More than 1024 kbit/s do not fit into one syncframe.
  test.for([
    ["1536k", 3, 2],
    ["3000k", 2, 3],
    ["6144k", 1, 6],
  ] as const)("at %s: %i blocks", ([bitrate, , perUnit]) => {
    const [raw] = ffmpeg([...tone(48000, 2, 1), "-c:a", "eac3", "-b:a", bitrate, "raw.eac3"], ["raw.eac3"]) as [
      Uint8Array,
    ];
    const syncframes = probePackets("raw.eac3", raw).map(({ size }) => size);
    const { units, problems } = assemble("eac3", cut(raw, []));
    const whole = Math.floor(syncframes.length / perUnit);
    expect(units.map(({ data }) => data.length)).toEqual(
      Array.from({ length: whole }, (_, index) =>
        syncframes.slice(index * perUnit, (index + 1) * perUnit).reduce((sum, size) => sum + size),
      ),
    );
    expect(problems.length).toBe(syncframes.length % perUnit === 0 ? 0 : 1);
  });

  test("joined anywhere, starts access units where convsync says", () => {
    const metadata = ["-audio_service_type", "vi", "-mixing_level", "90", "-dmix_mode", "ltrt", "-dsurex_mode", "off"];
    const encode = [...tone(48000, 6, 1), "-c:a", "eac3", "-b:a", "3000k", ...metadata, "raw.eac3"];
    const [raw] = ffmpeg(encode, ["raw.eac3"]) as [Uint8Array];
    const whole = assemble("eac3", [pes(raw, 0)]).units;
    const joined = assemble("eac3", [pes(raw.subarray(5000), 0)]).units;
    expect(parseDec3(whole[0]!.configuration.decoderConfiguration).independentSubstreams[0]!.bsmod).toBe(2);
    const starts = whole.map(({ data }) => data.byteOffset - raw.byteOffset);
    const settled = joined.map(({ data }) => data.byteOffset - raw.byteOffset).slice(3);
    expect(settled.length).toBeGreaterThan(20);
    for (const start of settled) expect(starts).toContain(start);
  });
});

test("E-AC-3 with a dependent substream has the access units and the dec3 box that ffmpeg makes of it", () => {
  const round = (fill: number): Uint8Array[] => [
    writeEac3Syncframe({ size: 1000, acmod: 7, lfeon: true, fill }),
    writeEac3Syncframe({ size: 536, strmtyp: 1, acmod: 6, chanmap: 0x1a00, fill }),
  ];
  const raw = Uint8Array.from([1, 2, 3, 4, 5, 6].flatMap(round).flatMap((syncframe) => [...syncframe]));
  const { units, problems } = assemble("eac3", [pes(raw, 0)]);
  expect(problems).toEqual([]);
  expect(units.map(({ data }) => data.length)).toEqual(probePackets("raw.eac3", raw).map(({ size }) => size));
  const [mp4] = ffmpeg(["-i", "raw.eac3", "-c", "copy", "copy.mp4"], ["copy.mp4"], { "raw.eac3": raw }) as [Uint8Array];
  const { independentSubstreams } = parseDec3(boxContent(mp4, "dec3"));
  const ours = parseDec3(units[0]!.configuration.decoderConfiguration).independentSubstreams;
  // ffmpeg has its own idea of chan_loc and counts only the first substream's bit rate.
  expect(ours.map((substream) => ({ ...substream, chanLoc: 0 }))).toEqual(
    independentSubstreams.map((substream) => ({ ...substream, chanLoc: 0 })),
  );
});

describe("PES packets from ffmpeg", () => {
  test.for([
    ["aac", 44100, "2930"],
    ["aac", 48000, "500"],
    ["ac3", 44100, "2930"],
    ["eac3", 48000, "4000"],
  ] as const)("%s at %i Hz, %s bytes each: every frame has the time that ffprobe says", ([codec, sampleRate, size]) => {
    const encode = [...tone(sampleRate, 2, 2), "-c:a", codec, "-pes_payload_size", size, "-streamid", `0:${PID}`];
    const [stream] = ffmpeg([...encode, "-f", "mpegts", "all.bin"], ["all.bin"]) as [Uint8Array];
    const { units, problems } = assemble(codec, readPesPackets(stream, PID));
    const expected = probePackets("all.bin", stream);
    expect(problems).toEqual([]);
    expect(units.map(({ data }) => data.length + framing[codec])).toEqual(expected.map(({ size: bytes }) => bytes));
    for (const [index, { pts }] of units.entries()) expect(Math.abs(pts - expected[index]!.pts)).toBeLessThanOrEqual(1);
  });
});

/** The PES packets of one PID in a clean transport stream, read as plainly as can be. */
function readPesPackets(stream: Uint8Array, pid: number): readonly PesPacket[] {
  const gathered: number[][] = [];
  for (let at = 0; at < stream.length; at += 188) {
    const packet = stream.subarray(at, at + 188);
    if ((((packet[1]! & 0x1f) << 8) | packet[2]!) !== pid) continue;
    const payload = packet.subarray(packet[3]! & 0x20 ? 5 + packet[4]! : 4);
    if (packet[1]! & 0x40) gathered.push([]);
    gathered.at(-1)!.push(...payload);
  }
  return gathered.map((packet) => {
    const payload = Uint8Array.from(packet.slice(9 + packet[8]!));
    if (!(packet[7]! & 0x80)) return pes(payload);
    const [high, b1, b2, b3, b4] = packet.slice(9, 14) as [number, number, number, number, number];
    return pes(payload, ((high >> 1) & 7) * 2 ** 30 + b1 * 2 ** 22 + (b2 >> 1) * 2 ** 15 + b3 * 2 ** 7 + (b4 >> 1));
  });
}
