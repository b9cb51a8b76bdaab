import type { RandomAccess } from "../../demux/access-unit.ts";
import type { RandomAccessReport, VideoFormatReport, VideoReport } from "../video-report.ts";
import { formatQuality } from "./format-quality.ts";
import { formatTimecodes } from "./format-timecodes.ts";
import { field } from "./layout.ts";
import { bitrate, during, integer, plural, rate, spread, times } from "./numbers.ts";
import { timestamps } from "./timestamps.ts";

const kindNames: Readonly<Record<RandomAccess, string>> = {
  idr: "IDR",
  "idr-with-leading": "IDR with leading pictures",
  open: "open GOP",
  "recovery-point": "recovery point",
};

/** The lines on one video track. */
export function formatVideo(track: VideoReport): readonly string[] {
  const { format, pictures, skippedBeforeStart, damaged, durationSeconds, jumps, bitsPerSecond, peakBitsPerSecond } =
    track;
  if (format === undefined) return field("Format", `${track.codec}, but no picture arrived that can be decoded`);
  const losses = damaged === 0 ? "none damaged" : `${integer(damaged)} damaged`;
  const unit = track.codec === "h265" ? "picture" : "slice";
  const skipped =
    skippedBeforeStart === 0 ? "" : `; ${plural(skippedBeforeStart, unit)} before the first parameter sets`;
  const jumped = jumps === 0 ? "" : `, ${plural(jumps, "jump")} of time`;
  const peak = peakBitsPerSecond === undefined ? "" : `, ${bitrate(peakBitsPerSecond)} in the busiest second`;
  return [
    ...formatFormat(format, track.formatChanges),
    ...formatRate(track),
    ...field("Pictures", `${during(pictures, durationSeconds)}, ${losses}${jumped}${skipped}`),
    ...(bitsPerSecond === undefined ? [] : field("Bit rate", `${bitrate(bitsPerSecond)}${peak}`)),
    ...(track.pts === undefined ? [] : field("PTS", timestamps(track.pts))),
    ...(track.dts === undefined ? [] : field("DTS", timestamps(track.dts))),
    ...formatReordering(track),
    ...formatRandomAccess(track.randomAccess),
    ...formatTimecodes(track),
    ...formatQuality(track),
    ...formatSei(track),
  ];
}

function formatFormat(format: VideoFormatReport, changes: number): readonly string[] {
  const { codecString, profile, level, tier, bitDepth, chroma, interlaced, width, height, pixelAspectRatio } = format;
  const tierText = tier === undefined ? "" : `, ${tier} tier`;
  const scan = interlaced === undefined ? "" : interlaced ? ", may be interlaced" : ", progressive";
  const { colour, fullRange } = format;
  const colourText =
    colour === undefined
      ? "colour not declared"
      : `colour ${[...new Set([colour.primaries, colour.transfer, colour.matrix])].join(" / ")}, ` +
        `${fullRange ? "full" : "limited"} range`;
  const more = changes === 0 ? [] : [`changes ${times(changes)} on the way, each with a new init segment`];
  return [
    ...field(
      "Format",
      `${codecString}: ${profile}, level ${level}${tierText}, ${bitDepth} bit ${chroma}${scan}`,
      ...more,
    ),
    ...field("Picture", `${width}x${height}, SAR ${pixelAspectRatio.num}:${pixelAspectRatio.den}, ${colourText}`),
  ];
}

function formatRate({ pictureRate, format }: VideoReport): readonly string[] {
  const declared = format?.declaredPictureRate;
  const claim = declared === undefined ? "none declared" : `${rate(declared)} declared`;
  if (pictureRate === undefined) return field("Picture rate", claim);
  const { regular, stepMs, unevenSteps } = pictureRate;
  const steps =
    unevenSteps === 0 || stepMs === undefined ? [] : [`steps of ${spread(stepMs)} ms; ${integer(unevenSteps)} uneven`];
  const measured = regular ? `${rate(pictureRate.rate)} measured` : `irregular, taken for ${rate(pictureRate.rate)}`;
  return field("Picture rate", `${measured}, ${claim}`, ...steps);
}

function formatReordering({ reorderDepth, presentationDelayMs, misplaced }: VideoReport): readonly string[] {
  const delay = presentationDelayMs === 0 ? "PTS equal DTS" : `PTS up to ${presentationDelayMs} ms after DTS`;
  const reordering = reorderDepth === 0 ? "none" : `by up to ${plural(reorderDepth, "picture")}`;
  const faults = misplaced === 0 ? [] : [`${plural(misplaced, "picture")} with PTS before DTS or far after it`];
  return field("Reordering", `${reordering}, ${delay}`, ...faults);
}

function formatRandomAccess(access: RandomAccessReport): readonly string[] {
  const { points, kinds, gopPictures, gopSeconds, picturesAfterLast, fittingSegments, advice } = access;
  const names = Object.entries(kinds).map(([kind, count]) => `${integer(count)} ${kindNames[kind as RandomAccess]}`);
  const gop =
    gopPictures === undefined || gopSeconds === undefined
      ? `unknown: no second point in ${plural(picturesAfterLast, "picture")}`
      : `${spread(gopPictures)} pictures, ${spread(gopSeconds)} s`;
  const fitting =
    fittingSegments.length === 0
      ? "none of the usual durations is known to fit"
      : `${fittingSegments.join(", ")} s fit`;
  return [
    ...field("Random access", points === 0 ? "no point" : `${plural(points, "point")}: ${names.join(", ")}`),
    ...(points === 0 ? [] : field("GOP", gop)),
    ...field("Segments", fitting, ...(advice === undefined ? [] : [advice])),
  ];
}

function formatSei({ sei }: VideoReport): readonly string[] {
  if (sei.length === 0) return field("SEI messages", "none");
  return field("SEI messages", sei.map(({ name, count }) => `${integer(count)} ${name}`).join(", "));
}
