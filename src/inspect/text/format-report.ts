import type { AudioReport, ContainerReport, InspectionReport, ProblemReport, ProgramReport } from "../report.ts";
import { formatVideo } from "./format-video.ts";
import { field, section, table, WIDTH, wrap } from "./layout.ts";
import { bitrate, during, integer, percent, pidText, plural, times } from "./numbers.ts";
import { timestamps } from "./timestamps.ts";

/**
 * A report for a terminal: plain text of at most 100 columns (the name of the source and long words apart), ending in a
 * line break.
 *
 * @param source - What was inspected, printable and without secrets.
 */
export function formatReport(source: string, report: InspectionReport): string {
  const { container, programs, video, audio, problems } = report;
  const lines = [
    source,
    ...section("CONTAINER", formatContainer(container)),
    ...section("PROGRAMMES", formatPrograms(programs)),
    ...video.flatMap((track) => section(`VIDEO ${pidText(track.pid)}`, formatVideo(track))),
    ...audio.flatMap((track) => section(`AUDIO ${pidText(track.pid)}`, formatAudio(track))),
    ...section("PROBLEMS", formatProblems(problems)),
  ];
  return `${lines.join("\n")}\n`;
}

function formatContainer(container: ContainerReport): readonly string[] {
  const { bytes, packets, nullPackets, packetBytes, durationSeconds, bitsPerSecond, discontinuities } = container;
  if (packets === 0) return field("Packets", `none in ${integer(bytes)} bytes: this is no transport stream`);
  const size = packetBytes === undefined ? "" : ` of ${packetBytes} bytes`;
  const padding = nullPackets === 0 ? "no padding" : `${percent(nullPackets / packets)} padding`;
  const clock = discontinuities === 0 ? [] : field("Clock", `${plural(discontinuities, "discontinuity indicator")}`);
  return [
    ...field("Packets", `${integer(packets)}${size}, ${padding}; ${integer(bytes)} bytes in all`),
    ...field("Duration", `${durationSeconds} s`),
    ...(bitsPerSecond === undefined ? [] : field("Bit rate", bitrate(bitsPerSecond))),
    ...clock,
  ];
}

function formatPrograms(programs: readonly ProgramReport[]): readonly string[] {
  if (programs.length === 0) return ["  none: no PAT arrived, or it is empty"];
  const rows = programs.flatMap(({ number, chosen, pmtPid, pcrPid, streams }) => {
    const clock = pcrPid === undefined ? "no PCR" : `PCR on ${pidText(pcrPid)}`;
    const name = streams === undefined ? "PMT (did not arrive)" : `PMT, ${clock}`;
    return [
      [`${number}${chosen ? " *" : ""}`, pidText(pmtPid), "", name, "", "", ""],
      ...(streams ?? []).map((stream) => [
        "",
        pidText(stream.pid),
        `0x${stream.streamType.toString(16).padStart(2, "0")}`,
        stream.name,
        stream.language ?? "",
        integer(stream.packets),
        stream.codec === undefined ? "not packaged" : "",
      ]),
    ];
  });
  const isAnyChosen = programs.some(({ chosen }) => chosen);
  return [
    ...table("lllllrl", [["Number", "PID", "Type", "", "Language", "Packets", ""], ...rows]),
    isAnyChosen
      ? "  * the one inspected below"
      : "  none of them has tracks that can be packaged, or is the one asked for",
  ];
}

function formatAudio(track: AudioReport): readonly string[] {
  const { format, frames, language, pts } = track;
  const { durationSeconds, bitsPerSecond, formatChanges, gaps, gapMs, overlaps, jumps, startAfterVideoMs } = track;
  const spoken = `language ${language ?? "unknown"}`;
  if (format === undefined) return field("Format", `${track.codec}, ${spoken}, but no frame arrived`);
  const { codecString, name, sampleRate, channels, declaredBitsPerSecond } = format;
  const changes = formatChanges === 0 ? [] : [`changes ${times(formatChanges)} on the way`];
  const declared = declaredBitsPerSecond === undefined ? "" : `, ${bitrate(declaredBitsPerSecond)} declared`;
  const holes = [
    gaps === 0 ? "no gaps" : `${plural(gaps, "gap")} of ${gapMs} ms together`,
    ...(overlaps === 0 ? [] : [`${plural(overlaps, "frame")} overlapping others`]),
    ...(jumps === 0 ? [] : [`${plural(jumps, "jump")} of time`]),
  ];
  const start = startAfterVideoMs === undefined ? [] : field("Start", startText(startAfterVideoMs));
  return [
    ...field(
      "Format",
      `${name} (${codecString}), ${sampleRate} Hz, ${plural(channels, "channel")}, ${spoken}`,
      ...changes,
    ),
    ...field("Frames", `${during(frames, durationSeconds)}, ${holes.join(", ")}`),
    ...(bitsPerSecond === undefined ? [] : field("Bit rate", `${bitrate(bitsPerSecond)}${declared}`)),
    ...(pts === undefined ? [] : field("PTS", timestamps(pts))),
    ...start,
  ];
}

function startText(afterVideoMs: number): string {
  if (afterVideoMs === 0) return "with video";
  return `${Math.abs(afterVideoMs)} ms ${afterVideoMs < 0 ? "before" : "after"} video`;
}

function formatProblems(problems: readonly ProblemReport[]): readonly string[] {
  if (problems.length === 0) return ["  none"];
  return problems.flatMap(({ code, count, pids, firstDetail, meaning }) => {
    const where = pids.length === 0 ? "" : ` on ${pids.map(pidText).join(", ")}`;
    const first = firstDetail === undefined ? [] : [`First: ${firstDetail}.`];
    const text = [meaning, ...first].flatMap((sentence) => wrap(sentence, WIDTH - 6).map((line) => `      ${line}`));
    return [`  ${integer(count)} x ${code}${where}`, ...text];
  });
}
