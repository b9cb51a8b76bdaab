/** What srt-live-transmit says of a connection: counts since its report before, and how things stand. */
export type SrtReport = {
  readonly counts: SrtCounts;
  readonly gauges: SrtGauges;
};

/** Packets on the receiving side of SRT. */
export type SrtCounts = {
  /** That arrived, those sent again among them. */
  readonly received: number;
  /** Found missing when a later one arrived; most come again. */
  readonly lost: number;
  /** That arrived when sent again. */
  readonly retransmitted: number;
  /** Given up, as they had not come when they were due: what is missing in the stream. */
  readonly dropped: number;
  /** That arrived after they had been given up, or a second time. */
  readonly belated: number;
};

/** Milliseconds; absent where they are not told. */
export type SrtGauges = {
  /** Round trip, smoothed. */
  readonly rttMs?: number;
  /** The delay agreed with the peer, within which lost packets can come again. */
  readonly latencyMs?: number;
  /** What is received and waits for its time. */
  readonly bufferMs?: number;
};

/** The library counts losses in 32 bits. */
const MAX_COUNT = 0x7fffffff;

/** An hour: nothing that SRT measures lasts as long. */
const MAX_GAUGE_MS = 3_600_000;

/** C++ writes what has no value in its own way; JSON has none. */
const NO_NUMBER = /:-?(?:nan|inf)\b/g;

/**
 * Reads one line of srt-live-transmit's statistics (`-statspf:json`).
 *
 * @returns Undefined where the line is no report, or where a number in it cannot be. What it lacks counts as 0.
 */
export function parseSrtReport(line: string): SrtReport | undefined {
  const report = parseObject(line);
  const receiver = asObject(report?.["recv"]);
  if (report === undefined || receiver === undefined) return undefined;
  const counts = {
    received: receiver["packets"] ?? 0,
    lost: receiver["packetsLost"] ?? 0,
    retransmitted: receiver["packetsRetransmitted"] ?? 0,
    dropped: receiver["packetsDropped"] ?? 0,
    belated: receiver["packetsBelated"] ?? 0,
  };
  if (!areCounts(counts)) return undefined;
  const rttMs = asObject(report["link"])?.["rtt"];
  const { msTsbPdDelay: latencyMs, msBuf: bufferMs } = receiver;
  const gauges = {
    ...(isGauge(rttMs) && { rttMs }),
    ...(isGauge(latencyMs) && { latencyMs }),
    ...(isGauge(bufferMs) && { bufferMs }),
  };
  return { counts, gauges };
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return asObject(JSON.parse(line.replace(NO_NUMBER, ":null")));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

function areCounts(counts: Readonly<Record<keyof SrtCounts, unknown>>): counts is SrtCounts {
  return Object.values(counts).every((count) => Number.isInteger(count) && isWithin(count, MAX_COUNT));
}

function isGauge(value: unknown): value is number {
  return isWithin(value, MAX_GAUGE_MS);
}

function isWithin(value: unknown, max: number): value is number {
  return typeof value === "number" && value >= 0 && value <= max;
}
