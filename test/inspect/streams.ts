import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { addEmulationPrevention } from "../../src/annexb/emulation-prevention.ts";
import { joinByteStream } from "../../src/annexb/nal-units.ts";
import type { VideoAccessUnit } from "../../src/demux/access-unit.ts";
import { sampleNalUnits } from "../../src/demux/sample-memory.ts";
import { TransportDemuxer } from "../../src/demux/transport-demuxer.ts";
import { parseAvcDecoderConfiguration } from "../../src/h264/decoder-configuration.ts";
import { parseHevcDecoderConfiguration } from "../../src/h265/decoder-configuration.ts";
import type { InspectionReport } from "../../src/inspect/report.ts";
import { StreamInspector } from "../../src/inspect/stream-inspector.ts";
import { wrap33 } from "../../src/mpegts/clock.ts";
import { Packetizer } from "../../src/mpegts/packetizer.ts";
import { writePesHeader } from "../../src/mpegts/pes-header.ts";
import { writeProgramAssociation } from "../../src/mpegts/program-association.ts";
import { type ProgramStream, writeProgramMap } from "../../src/mpegts/program-map.ts";
import { streamTypes } from "../../src/mpegts/stream-type.ts";
import { type SeiMessage, writeSeiMessages } from "../../src/sei/message.ts";
import { DEFAULT_MQA_UUIDS } from "../../src/sei/mqa-uuid.ts";
import { DEFAULT_SAMPLE } from "../../src/simulate/default-sample.ts";
import { LiveSource } from "../../src/simulate/live-source.ts";
import { readSample } from "../../src/simulate/sample.ts";
import type { Milliseconds, Ticks } from "../../src/time/units.ts";

const TIMEOUT = 60_000;
const MAX_BYTES = 1 << 26;
export const VIDEO_PID = 0x100;
const MAP_PID = 0x1000;

/** The transport stream that ffmpeg makes with these options, which say all but the output. */
export function ffmpeg(...options: readonly string[]): Uint8Array {
  const text = ["-nostdin", "-v", "error", ...options, "-f", "mpegts", "pipe:1"];
  return new Uint8Array(
    execFileSync("ffmpeg", text, { timeout: TIMEOUT, maxBuffer: MAX_BYTES, stdio: ["ignore", "pipe", "inherit"] }),
  );
}

/** What ffprobe finds in a transport stream: the values of one entry, as text. */
export function ffprobe(stream: Uint8Array, selection: string, entries: string): readonly string[] {
  const options = ["-v", "error", "-f", "mpegts", "-select_streams", selection, "-show_entries", entries];
  const text = execFileSync("ffprobe", [...options, "-of", "csv=p=0:nk=1", "-"], {
    input: stream,
    timeout: TIMEOUT,
    maxBuffer: MAX_BYTES,
    encoding: "utf8",
    stdio: ["pipe", "pipe", "ignore"],
  });
  return text.split("\n").filter((line) => line !== "");
}

/** Everything that is found in bytes pushed at once. */
export function inspect(
  bytes: Uint8Array,
  {
    program,
    isCut = false,
    pieces = [bytes],
  }: { program?: number; isCut?: boolean; pieces?: readonly Uint8Array[] } = {},
): InspectionReport {
  const inspector = new StreamInspector({
    mqaUuids: DEFAULT_MQA_UUIDS,
    ...(program !== undefined && { program }),
  });
  for (const piece of pieces) inspector.push(piece);
  return inspector.finish(isCut);
}

/** What the simulator sends from a time on. */
export function simulated(time: string, seconds: number): Uint8Array {
  const start = (Date.parse(time) as Milliseconds) * 90;
  const source = new LiveSource(readSample(readFileSync(DEFAULT_SAMPLE), DEFAULT_SAMPLE), start as Ticks);
  const due = source.advance((start + seconds * 90_000) as Ticks);
  return new Uint8Array(Buffer.concat([...due.map(({ packets }) => packets), source.finish()]));
}

/** The pictures of a stream's first video. */
export function pictures(stream: Uint8Array): readonly VideoAccessUnit[] {
  const demuxer = new TransportDemuxer();
  const events = [...demuxer.push(stream), ...demuxer.flush()];
  const units = events.flatMap((event) =>
    event.kind === "access-unit" && event.unit.kind === "video" ? event.unit : [],
  );
  return units.filter(({ pid }) => pid === units[0]?.pid);
}

/**
 * A transport stream of these pictures alone.
 *
 * @param messages - Further SEI messages of a picture, by its place in presentation order.
 * @param times - Moves PTS and DTS.
 */
export function remux(
  units: readonly VideoAccessUnit[],
  messages: (picture: number) => readonly SeiMessage[],
  times: (ticks: number) => number = (ticks) => ticks,
): Uint8Array {
  const packetizer = new Packetizer();
  const isH265 = units[0]?.configuration.codec === "h265";
  const streams = [{ pid: VIDEO_PID, streamType: isH265 ? streamTypes.h265 : streamTypes.h264, descriptors: [] }];
  const shown = units.map(({ pts }) => pts).sort((a, b) => a - b);
  return new Uint8Array(
    Buffer.concat([
      tables(packetizer, [{ number: 1, pid: MAP_PID, streams }]),
      ...units.map((unit) => {
        const own = messages(shown.indexOf(unit.pts));
        const nalUnits = [
          ...parameterSets(unit),
          ...(own.length === 0 ? [] : [seiNalUnit(own, isH265)]),
          ...sampleNalUnits(unit.sample),
        ];
        const [pts, dts] = [unit.pts, unit.dts].map((time) => wrap33(times(time) as Ticks));
        const header = writePesHeader({ streamId: 0xe0, packetLength: 0, pts: pts!, dts: dts! });
        return packetizer.pes(VIDEO_PID, new Uint8Array(Buffer.concat([header, joinByteStream(nalUnits)])), {
          pcr: dts! * 300,
        });
      }),
    ]),
  );
}

/** Packets of a PAT and its PMTs. */
export function tables(
  packetizer: Packetizer,
  programs: readonly { readonly number: number; readonly pid: number; readonly streams: readonly ProgramStream[] }[],
): Uint8Array {
  const common = { version: 0, currentNext: true };
  const association = { ...common, transportStreamId: 1, sectionNumber: 0, lastSectionNumber: 0, programs };
  return new Uint8Array(
    Buffer.concat([
      packetizer.section(0, writeProgramAssociation(association)),
      ...programs.map(({ number, pid, streams }) =>
        packetizer.section(pid, writeProgramMap({ ...common, programNumber: number, pcrPid: VIDEO_PID, streams })),
      ),
    ]),
  );
}

function parameterSets({ configuration, randomAccess }: VideoAccessUnit): readonly Uint8Array[] {
  if (randomAccess === undefined) return [];
  const { codec, decoderConfiguration } = configuration;
  if (codec === "h264") {
    const { sequenceParameterSets, pictureParameterSets } = parseAvcDecoderConfiguration(decoderConfiguration);
    return [...sequenceParameterSets, ...pictureParameterSets];
  }
  const sets = parseHevcDecoderConfiguration(decoderConfiguration);
  return [...sets.videoParameterSets, ...sets.sequenceParameterSets, ...sets.pictureParameterSets];
}

/** nal_unit_type 6 of H.264, 39 of H.265. */
function seiNalUnit(messages: readonly SeiMessage[], isH265: boolean): Uint8Array {
  const header = isH265 ? [0x4e, 0x01] : [0x06];
  return new Uint8Array(Buffer.concat([Uint8Array.from(header), addEmulationPrevention(writeSeiMessages(messages))]));
}
