import { BoundedLines } from "./bounded-lines.ts";
import { parseSrtReport, type SrtCounts, type SrtGauges } from "./srt-report.ts";

/**
 * What SRT itself counts: packets since start, over all connections, up to the last report of each; and the gauges of
 * the last report, absent while there is no connection.
 */
export type SrtStatistics = SrtCounts &
  SrtGauges & {
    /** Reports that could not be read; what they counted is missing. */
    readonly malformedReports: number;
  };

/** A report has 800 characters. */
const MAX_REPORT_LENGTH = 8192;

/** Adds up the reports of one srt-live-transmit after the other. */
export class SrtReports {
  readonly #lines = new BoundedLines(MAX_REPORT_LENGTH);
  #counts: SrtCounts = { received: 0, lost: 0, retransmitted: 0, dropped: 0, belated: 0 };
  #gauges: SrtGauges = {};
  #read = 0;
  #malformed = 0;

  /** @param text - Any piece of what the program writes. */
  push(text: string): void {
    for (const line of this.#lines.push(text)) this.#add(line);
  }

  /** The program, and with it the connection, has ended. */
  end(): void {
    for (const line of this.#lines.flush()) this.#add(line);
    this.#gauges = {};
  }

  /** Undefined before the first report. */
  get statistics(): SrtStatistics | undefined {
    if (this.#read + this.#malformed === 0) return undefined;
    return { ...this.#counts, ...this.#gauges, malformedReports: this.#malformed };
  }

  #add(line: string): void {
    const report = parseSrtReport(line);
    if (report === undefined) {
      this.#malformed++;
      return;
    }
    this.#read++;
    const { counts } = report;
    this.#counts = {
      received: this.#counts.received + counts.received,
      lost: this.#counts.lost + counts.lost,
      retransmitted: this.#counts.retransmitted + counts.retransmitted,
      dropped: this.#counts.dropped + counts.dropped,
      belated: this.#counts.belated + counts.belated,
    };
    this.#gauges = report.gauges;
  }
}
