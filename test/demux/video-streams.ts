import fc from "fast-check";
import type { DemuxEvent, ElementaryStream, VideoAccessUnit } from "../../src/demux/access-unit.ts";
import { sampleNalUnits } from "../../src/demux/sample-memory.ts";
import { type DemuxerOptions, TransportDemuxer } from "../../src/demux/transport-demuxer.ts";
import { type AdaptationFlags, Packetizer } from "../../src/mpegts/packetizer.ts";
import { writePesHeader } from "../../src/mpegts/pes-header.ts";
import { writeProgramAssociation } from "../../src/mpegts/program-association.ts";
import { writeProgramMap } from "../../src/mpegts/program-map.ts";
import type { Problem } from "../../src/problem/problem.ts";
import { writeSeiMessages } from "../../src/sei/message.ts";
import {
  type Pps,
  plainPps,
  plainSlice,
  plainSps,
  type Slice,
  type Sps,
  writePps,
  writeSlice,
  writeSps,
} from "../h264/write.ts";

export const PMT_PID = 0x1000;
export const VIDEO_PID = 0x100;
export const PACKET = 188;
/** Ticks of a picture at 25 pictures a second, which {@link sps} declares. */
export const STEP = 3600;
export const FIRST_TIME = 900_000;

export const sps: Sps = {
  ...plainSps,
  log2MaxFrameNumMinus4: 4,
  log2MaxPicOrderCntLsbMinus4: 6,
  vui: { timing: [1, 50] },
};
export const SPS: Uint8Array = writeSps(sps);
export const PPS: Uint8Array = writePps(plainPps);
export const DELIMITER: Uint8Array = Uint8Array.of(0x09, 0xf0);

/** A picture before it is sent: everything in its access unit, in order. */
export type CodedPicture = { readonly nalUnits: readonly Uint8Array[]; readonly pts: number; readonly dts: number };

/** What the tests choose of a picture. */
export type PictureOptions = {
  readonly idr?: boolean;
  readonly delimiter?: boolean;
  readonly parameterSets?: readonly Uint8Array[];
  readonly slices?: number;
  /** Bytes of each slice, about. */
  readonly size?: number;
  readonly sei?: readonly Uint8Array[];
  readonly slice?: Partial<Slice>;
  readonly sps?: Sps;
  readonly pps?: Pps;
};

/** Bytes that tell where they belong, and cannot hold a start code. */
export function body(seed: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => 4 + ((seed * 37 + index * 7 + (index >> 8) * 3) % 250));
}

/** One slice of the picture with this number. */
export function slice(index: number, number: number, options: PictureOptions = {}): Uint8Array {
  const header = writeSlice(
    {
      ...plainSlice,
      idrPicFlag: options.idr ?? false,
      sliceType: options.idr ? 7 : 5,
      firstMbInSlice: number,
      frameNum: index % 256,
      idrPicId: index % 7,
      picOrderCntLsb: (index * 2) % 1024,
      ...options.slice,
    },
    options.sps ?? sps,
    options.pps ?? plainPps,
  );
  return concat(header, body(index * 5 + number, options.size ?? 100));
}

/** The picture with this number in decoding order, one after the other in time. */
export function picture(index: number, options: PictureOptions = {}): CodedPicture {
  const { delimiter = true, parameterSets = options.idr ? [SPS, PPS] : [], sei = [], slices = 1 } = options;
  const time = FIRST_TIME + index * STEP;
  const coded = Array.from({ length: slices }, (_, number) => slice(index, number, options));
  return { nalUnits: [...(delimiter ? [DELIMITER] : []), ...parameterSets, ...sei, ...coded], pts: time, dts: time };
}

/** Pictures one after the other; every `gop`-th is an IDR. */
export function pictures(count: number, gop: number, options: PictureOptions = {}): readonly CodedPicture[] {
  return Array.from({ length: count }, (_, index) => picture(index, { idr: index % gop === 0, ...options }));
}

/** An SEI NAL unit of one message of user data. */
export function seiUnit(payloadType: number, payload: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(0x06), writeSeiMessages([{ payloadType, payload }]));
}

/** NAL units that a sample holds of those that were sent: no delimiters, parameter sets or filler. */
export function carried(nalUnits: readonly Uint8Array[]): readonly Uint8Array[] {
  return nalUnits.filter((nal) => ![7, 8, 9, 12].includes(nal[0]! & 0x1f));
}

/** NAL units after start codes of three and four bytes. */
export function byteStream(nalUnits: readonly Uint8Array[]): Uint8Array {
  return concat(...nalUnits.flatMap((nal, index) => [Uint8Array.from(index === 0 ? [0, 0, 0, 1] : [0, 0, 1]), nal]));
}

/** What a PES packet is made of. */
export type Pes = {
  readonly payload: Uint8Array;
  readonly pts?: number | undefined;
  readonly dts?: number | undefined;
  readonly bounded?: boolean;
  readonly streamId?: number;
};

/** Header and payload of a PES packet, unbounded unless asked for. */
export function writePes({ payload, pts, dts, bounded = false, streamId = 0xe0 }: Pes): Uint8Array {
  const times = { ...(pts === undefined ? {} : { pts }), ...(dts === undefined || dts === pts ? {} : { dts }) };
  const length = writePesHeader({ streamId, packetLength: 0, ...times }).length - 6 + payload.length;
  return concat(writePesHeader({ streamId, packetLength: bounded ? length : 0, ...times }), payload);
}

/** A picture as one PES packet. */
export function pictureInPes({ nalUnits, pts, dts }: CodedPicture, fields: Partial<Pes> = {}): Pes {
  return { payload: byteStream(nalUnits), pts, dts, ...fields };
}

/** What the tests choose of the tables. */
export type Tables = {
  readonly streams?: readonly { readonly pid: number; readonly streamType: number }[];
  readonly pcrPid?: number;
  readonly number?: number;
  readonly version?: number;
};

/** A PAT that lists these programmes. */
export function pat(programs: readonly (readonly [number, number])[], fields: object = {}): Uint8Array {
  return writeProgramAssociation({
    transportStreamId: 1,
    version: 0,
    currentNext: true,
    sectionNumber: 0,
    lastSectionNumber: 0,
    programs: programs.map(([number, pid]) => ({ number, pid })),
    ...fields,
  });
}

/** A PMT; H.264 on {@link VIDEO_PID} where nothing else is asked for. */
export function pmt(
  { streams, pcrPid = VIDEO_PID, number = 1, version = 0 }: Tables = {},
  fields: object = {},
): Uint8Array {
  const announced = streams ?? [{ pid: VIDEO_PID, streamType: 0x1b }];
  return writeProgramMap({
    programNumber: number,
    version,
    currentNext: true,
    pcrPid,
    streams: announced.map((stream) => ({ descriptors: [], ...stream })),
    ...fields,
  });
}

/** PAT and PMT of one programme. */
export function tables(packetizer: Packetizer, fields: Tables = {}): Uint8Array {
  const programs: [number, number][] = [[fields.number ?? 1, PMT_PID]];
  return concat(packetizer.section(0, pat(programs)), packetizer.section(PMT_PID, pmt(fields)));
}

/** The packets of PES packets of the video, without tables. */
export function videoPackets(packetizer: Packetizer, list: readonly Pes[], flags: AdaptationFlags = {}): Uint8Array {
  return concat(...list.map((pes) => packetizer.pes(VIDEO_PID, writePes(pes), flags)));
}

/** A transport stream of one video. */
export function transportStream(list: readonly Pes[]): Uint8Array {
  const packetizer = new Packetizer();
  return concat(tables(packetizer), videoPackets(packetizer, list));
}

/** The packets of a stream, views. */
export function packetsOf(stream: Uint8Array): Uint8Array[] {
  return Array.from({ length: stream.length / PACKET }, (_, i) => stream.subarray(i * PACKET, (i + 1) * PACKET));
}

/** The PID of a packet. */
export function pidOf(packet: Uint8Array): number {
  return ((packet[1]! & 0x1f) << 8) | packet[2]!;
}

/** What came out of a demuxer, by kind. */
export type Demuxed = {
  readonly units: readonly VideoAccessUnit[];
  readonly problems: readonly Problem[];
  readonly programs: readonly { readonly number: number; readonly streams: readonly ElementaryStream[] }[];
  readonly discontinuities: number;
  readonly events: readonly DemuxEvent[];
};

/** Sorts events by kind. */
export function sortEvents(events: readonly DemuxEvent[]): Demuxed {
  const units = events.flatMap((event) =>
    event.kind === "access-unit" && event.unit.kind === "video" ? [event.unit] : [],
  );
  return {
    units,
    problems: events.flatMap((event) => (event.kind === "problem" ? [event.problem] : [])),
    programs: events.flatMap((event) => (event.kind === "program" ? [event] : [])),
    discontinuities: events.filter((event) => event.kind === "discontinuity").length,
    events,
  };
}

/** Sends a stream through a demuxer of its own to the end. */
export function demux(stream: Uint8Array | readonly Uint8Array[], options: DemuxerOptions = {}): Demuxed {
  const demuxer = new TransportDemuxer(options);
  const pieces = stream instanceof Uint8Array ? [stream] : stream;
  return sortEvents([...pieces.flatMap((piece) => demuxer.push(piece)), ...demuxer.flush()]);
}

/** Codes of problems, with their counts where those are above 1. */
export function codes(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ code, count }) => (count === 1 ? code : `${code} x${count}`));
}

/** What a test compares of a picture: its number by its decoding time, and its bytes. */
export function seen(units: readonly VideoAccessUnit[]): readonly unknown[] {
  return units.map(({ pts, dts, sample, damaged }) => ({
    pts,
    dts,
    nalUnits: sampleNalUnits(sample).map(hex),
    damaged,
  }));
}

/** The same of pictures as they were sent. */
export function sent(list: readonly CodedPicture[]): readonly unknown[] {
  return list.map(({ pts, dts, nalUnits }) => ({ pts, dts, nalUnits: carried(nalUnits).map(hex), damaged: false }));
}

/** Numbers of pictures by their decoding times. */
export function numbers(units: readonly VideoAccessUnit[]): readonly number[] {
  return units.map(({ dts }) => (dts - FIRST_TIME) / STEP);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A stream in pieces that end at these places. */
export function pieces(bytes: Uint8Array, ends: readonly number[]): readonly Uint8Array[] {
  const sorted = [...ends].sort((a, b) => a - b);
  return [...sorted, bytes.length].map((end, index) => bytes.slice(sorted[index - 1] ?? 0, end));
}

/** Places to cut a stream of this length at: some anywhere, some a few bytes apart. */
export function places(length: number, max = 40): fc.Arbitrary<readonly number[]> {
  const place = fc.integer({ min: 0, max: length });
  const cluster = fc
    .tuple(place, fc.integer({ min: 1, max: 12 }))
    .map(([from, count]) => Array.from({ length: count }, (_, index) => Math.min(from + index, length)));
  return fc.tuple(fc.array(place, { maxLength: max }), fc.array(cluster, { maxLength: 3 })).map((all) => all.flat(2));
}
