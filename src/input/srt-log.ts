/** One line that srt-live-transmit wrote on standard error. */
export type SrtLine = {
  /** For the operator's log: short, printable, without the passphrase. */
  readonly text: string;
  /** Why there is no connection, where the line says so. */
  readonly reason?: string;
  /** It will write its statistics among the data, as they can go nowhere else. */
  readonly spoilsData?: true;
};

/** From srt 1.5.1. */
const STATISTICS_REFUSED = /^ERROR: (Can't open .+ for writing stats)/;

/** A line of the library's log is shorter. */
const MAX_LINE_LENGTH = 240;

/** Of any 10 s; a refused peer that keeps calling makes srt-live-transmit write some 30 lines a second. */
const MAX_LINES = 20;
const WINDOW_MS = 10_000;

/** What says why a connection ended or was refused; the first group is the reason. From srt 1.5.1. */
const REASONS = [
  /processConnectRequest: rsp\(REJECT\): \d+ - (.+)/,
  /REJECT reported from HS processing: (.+?) - not processing/,
  /^ERROR: error: (.+)/,
  /^(SRT source disconnected)/,
];

/**
 * Reads one line of standard error.
 *
 * @returns Undefined for a line that tells nothing: the first, which repeats the command's URLs.
 */
export function parseSrtLine(line: string, passphrase: string | undefined): SrtLine | undefined {
  if (line === "" || line.startsWith("Media path:")) return undefined;
  const masked = passphrase === undefined ? line : line.replaceAll(passphrase, "***");
  const printable = masked.replace(/[^\x20-\x7e]/g, "?").slice(0, MAX_LINE_LENGTH);
  // "22:17:20.780494/SRT:RcvQ:w1*E:SRT.cn: text"
  const text = printable.replace(/^[\d:.]+\/[^ ]* /, "");
  const refused = STATISTICS_REFUSED.exec(text)?.[1];
  if (refused !== undefined) return { text, reason: refused, spoilsData: true };
  for (const pattern of REASONS) {
    const reason = pattern.exec(text)?.[1];
    if (reason !== undefined) return { text, reason };
  }
  return { text };
}

/** Lets through at most 20 lines in 10 s and counts the others. */
export class LineLimit {
  #windowStart = Number.NEGATIVE_INFINITY;
  #lines = 0;

  /**
   * @param now - Milliseconds of a clock that never goes back.
   * @returns The lines to write: this one, before it the number of those left out; none over the limit.
   */
  push(line: string, now: number): readonly string[] {
    const leftOut = this.#lines - MAX_LINES;
    if (now - this.#windowStart >= WINDOW_MS) {
      this.#windowStart = now;
      this.#lines = 1;
      return leftOut > 0 ? [`(${leftOut} more lines)`, line] : [line];
    }
    return ++this.#lines <= MAX_LINES ? [line] : [];
  }
}
