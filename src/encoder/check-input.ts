import { MAX_PCR_INTERVAL_MS } from "../demux/pcr-monitor.ts";
import type { ProblemCode } from "../problem/problems.ts";
import type { TimecodeStatus } from "../timeline/timecode-status.ts";
import type { Finding } from "./encoder-check.ts";
import type { AudioEncoding, EncoderReport } from "./encoder-report.ts";

/** More than the clocks of two machines drift apart where both are kept by NTP. */
const MAX_DRIFT_PPM = 50;

/** What players expect, and what 1.92 s is whole frames of. */
const SAMPLE_RATE = 48_000;

/** A lost packet is asked for, and may have to be asked for twice more. */
const ROUND_TRIPS = 3;

/** Transport errors that lose media; all others are of clocks and tables. */
const LOSSES: readonly ProblemCode[] = [
  "sync-lost",
  "sync-byte",
  "transport-error",
  "continuity",
  "adaptation-field-malformed",
  "scrambled",
];

/** What SRT says of a connection; absent where nobody is connected. */
export type SrtLink = { readonly rttMs?: number; readonly latencyMs?: number; readonly dropped: number };

/** @param isWanted - Timecodes are to be used. */
export function checkTimecode(
  { state, source, errorPictures, driftPpm, reason }: TimecodeStatus,
  isWanted: boolean,
): Finding {
  if (!isWanted) return ["ok", "not used, as configured"];
  const name = source === "none" ? "none" : source.toUpperCase();
  const because = reason === undefined ? "" : `: ${reason}`;
  if (state === "waiting") return reason === undefined ? ["unknown", "no picture yet"] : ["wrong", `waiting${because}`];
  if (state === "unlocked") return ["attention", `the time is that of arrival${because}`];
  if (state === "holdover") return ["wrong", `${name}, in holdover${because}`];
  const drift = driftPpm === undefined ? "" : `, drift ${driftPpm} ppm`;
  const error = errorPictures === undefined || errorPictures === 0 ? "" : `, moved by ${errorPictures} pictures`;
  const isOff = error !== "" || Math.abs(driftPpm ?? 0) > MAX_DRIFT_PPM;
  return [isOff ? "attention" : "ok", `${name}, locked${error}${drift}${because && `, ${reason}`}`];
}

export function checkSound({ codec, sampleRate, channels }: AudioEncoding): Finding {
  const layout = channels === 1 ? "mono" : channels === 2 ? "stereo" : `${channels} channels`;
  return [sampleRate === SAMPLE_RATE ? "ok" : "attention", `${codec}, ${sampleRate / 1000} kHz, ${layout}`];
}

export function checkPcr({ pcrIntervalMs }: EncoderReport): Finding {
  if (pcrIntervalMs === undefined) return ["unknown", "no two PCRs yet"];
  const isOften = pcrIntervalMs <= MAX_PCR_INTERVAL_MS;
  return [isOften ? "ok" : "attention", `every ${pcrIntervalMs} ms, or more often`];
}

/** Whether media was lost on the way. */
export function isLossy({ transport }: EncoderReport): boolean {
  return transport.some(({ code }) => LOSSES.includes(code));
}

export function checkLoss(report: EncoderReport): Finding {
  const { transport, newestSeconds } = report;
  if (newestSeconds === 0) return ["unknown", "no segment yet"];
  const newest = `in the newest ${newestSeconds} s`;
  if (transport.length === 0) return ["ok", `no transport errors ${newest}`];
  const counts = transport.map(({ code, events }) => `${events} ${code}`).join(", ");
  return [isLossy(report) ? "wrong" : "attention", `${counts} ${newest}`];
}

export function checkSrtLatency({ rttMs, latencyMs, dropped }: SrtLink): Finding {
  if (rttMs === undefined || latencyMs === undefined) return ["unknown", "no report of the connection yet"];
  const lost = dropped === 0 ? "" : `, ${dropped} packets came too late since the start`;
  const roundTrip = rttMs < 0.1 ? "under 0.1 ms" : `${Math.round(rttMs * 10) / 10} ms`;
  const seen = `${latencyMs} ms, round trip ${roundTrip}${lost}`;
  return [latencyMs < ROUND_TRIPS * rttMs ? "attention" : "ok", seen];
}
