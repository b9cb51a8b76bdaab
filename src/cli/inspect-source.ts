import { describeInput } from "../input/describe-input.ts";
import type { InputUrl } from "../input/input-url.ts";
import { openInput } from "../input/open-input.ts";
import { readChunks } from "../input/read-chunks.ts";
import type { InspectionReport } from "../inspect/report.ts";
import type { StreamInspector } from "../inspect/stream-inspector.ts";
import { ConfigError } from "../problem/config-error.ts";
import type { Milliseconds } from "../time/units.ts";

/** What came of an inspection. */
export type Inspected = {
  readonly report: InspectionReport;
  /** One sentence on why there was nothing to look at. */
  readonly silence?: string;
};

/** Files are taken in pieces of this size, so that a duration ends close to where it should. */
const PIECE_BYTES = 65_536;

/**
 * Inspects a file, a named pipe or (`-`) standard input.
 *
 * @param duration - Media time to look at; absent: all of it.
 * @param note - Takes what the operator should know, a line at a time.
 * @param signal - Ends the inspection early.
 * @throws ConfigError - where it cannot be read.
 */
export async function inspectStream(
  path: string,
  inspector: StreamInspector,
  duration: Milliseconds | undefined,
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<Inspected> {
  let isCut = false;
  try {
    for await (const chunk of readChunks(path, signal)) {
      for (let from = 0; from < chunk.length && !isCut; from += PIECE_BYTES) {
        inspector.push(chunk.subarray(from, from + PIECE_BYTES));
        isCut = duration !== undefined && inspector.elapsedMs >= duration;
      }
      if (isCut) break;
    }
  } catch (error) {
    if (error instanceof ConfigError || !(error instanceof Error && "syscall" in error)) throw error;
    isCut = true;
    note(`reading ended early: ${error.message}`);
  }
  const report = inspector.finish(isCut || signal.aborted);
  if (report.container.bytes > 0) return { report };
  return { report, silence: path === "-" ? "standard input is empty" : `${path} is empty` };
}

/**
 * Inspects a network input for a while, counted by this host's clock from its first byte.
 *
 * @param duration - Also how long to wait for the first byte.
 * @param note - Takes what the operator should know, a line at a time.
 * @param signal - Ends the inspection early.
 * @throws ConfigError - where it cannot work on this machine.
 */
export async function inspectLive(
  url: InputUrl,
  inspector: StreamInspector,
  duration: Milliseconds,
  note: (text: string) => void,
  signal: AbortSignal,
): Promise<Inspected> {
  const input = openInput(url);
  let reason = "";
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, duration);
    let isReceiving = false;
    signal.addEventListener("abort", () => resolve(), { once: true });
    input.start({
      data: (bytes, receivedAt) => {
        if (!isReceiving) {
          isReceiving = true;
          clearTimeout(timer);
          timer = setTimeout(resolve, duration);
        }
        inspector.push(bytes, receivedAt);
      },
      ended: resolve,
      state: (event) => {
        if (event.state !== "lost") return;
        reason = `: ${event.reason}`;
        note(event.reason);
      },
      note,
    });
  });
  clearTimeout(timer);
  await input.stop();
  const report = inspector.finish(true);
  if (report.container.bytes > 0) return { report };
  const within = signal.aborted ? "" : ` within ${duration / 1000} s`;
  return { report, silence: `no data from ${describeInput(url)}${within}${reason}` };
}
