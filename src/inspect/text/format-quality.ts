import type { QualityScopeReport, VideoReport } from "../video-report.ts";
import { field, table } from "./layout.ts";
import { integer, percent, plural } from "./numbers.ts";

/** Under the text of a field. */
const TABLE_INDENT = 20;

/** The lines on the quality scores of a video track. */
export function formatQuality({ quality, sei, pictures }: VideoReport): readonly string[] {
  if (quality === undefined) {
    const isForeign = sei.some(({ name }) => name.startsWith("user data "));
    return field("Quality", isForeign ? "none under a known UUID (--mqa-uuid adds one)" : "none");
  }
  const { messages, malformed, uuids, syntaxes, scopes, unknownNames } = quality;
  const broken = malformed === 0 ? "" : `, ${integer(malformed)} malformed`;
  return [
    ...field(
      "Quality",
      `${plural(messages, "message")} in ${syntaxes.join(" and ")} syntax${broken}, UUID ${uuids.join(", ")}`,
    ),
    ...scopes.flatMap((scope) => formatScope(scope, pictures)),
    ...(unknownNames.length === 0 ? [] : field("", `unknown names: ${unknownNames.join(", ")}`)),
  ];
}

function formatScope({ scope, pictures: scored, metrics }: QualityScopeReport, pictures: number): readonly string[] {
  const rows = metrics.map(({ name, min, mean, max, coverage }) => [
    name,
    String(min),
    String(mean),
    String(max),
    percent(coverage),
  ]);
  return [
    ...field("", `scope ${scope} on ${integer(scored)} of ${plural(pictures, "picture")}`),
    ...(rows.length === 0 ? [] : table("lrrrr", [["metric", "min", "mean", "max", "pictures"], ...rows], TABLE_INDENT)),
  ];
}
