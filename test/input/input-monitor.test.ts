import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { InputMonitor } from "../../src/input/input-monitor.ts";
import { RecordingSink } from "./peers.ts";

const bytes = Uint8Array.of(0x47);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function opened(watchesSilence: boolean): [InputMonitor, RecordingSink] {
  const monitor = new InputMonitor();
  const sink = new RecordingSink();
  monitor.open(sink, watchesSilence);
  return [monitor, sink];
}

test("2 s without data are reported as lost once, and data as receiving again", () => {
  const [monitor, sink] = opened(true);
  monitor.data(bytes);
  vi.advanceTimersByTime(2000);
  expect(sink.stateNames).toEqual(["connecting", "receiving"]);
  vi.advanceTimersByTime(10_000);
  expect(sink.stateNames).toEqual(["connecting", "receiving", "lost"]);
  const problem = { code: "input-lost", count: 1, detail: "no data for 2 s" };
  expect(sink.states[2]).toEqual({ state: "lost", reason: "no data for 2 s", problem });
  monitor.data(bytes);
  expect(sink.stateNames).toEqual(["connecting", "receiving", "lost", "receiving"]);
});

test("a second between datagrams is no silence", () => {
  const [monitor, sink] = opened(true);
  for (let i = 0; i < 20; i++) {
    monitor.data(bytes);
    vi.advanceTimersByTime(1000);
  }
  expect(sink.stateNames).toEqual(["connecting", "receiving"]);
});

test("a leap of the host's clock is no silence", () => {
  const [monitor, sink] = opened(true);
  monitor.data(bytes);
  vi.setSystemTime(Date.now() + 86_400_000);
  vi.advanceTimersByTime(500);
  expect(sink.stateNames).toEqual(["connecting", "receiving"]);
});

test("an input that was never heard of is connecting, not lost", () => {
  const [, sink] = opened(true);
  vi.advanceTimersByTime(60_000);
  expect(sink.stateNames).toEqual(["connecting"]);
});

test("a file may pause", () => {
  const [monitor, sink] = opened(false);
  monitor.data(bytes);
  vi.advanceTimersByTime(60_000);
  expect(sink.stateNames).toEqual(["connecting", "receiving"]);
});

test("the same reason is reported once, another one again", () => {
  const [monitor, sink] = opened(true);
  for (const reason of ["a", "a", "b", "b", "a"]) monitor.lost(reason);
  expect(sink.states.slice(1).map((event) => event.state === "lost" && event.reason)).toEqual(["a", "b", "a"]);
});

test("nothing reaches the sink once it is closed", () => {
  const [monitor, sink] = opened(true);
  monitor.close();
  monitor.data(bytes);
  monitor.lost("gone");
  monitor.note("hello");
  monitor.ended();
  vi.advanceTimersByTime(10_000);
  expect(sink).toMatchObject({ bytes: 0, endings: 0, notes: [], stateNames: ["connecting"] });
});

test("bytes and datagrams are counted, an empty datagram too, which is no data", () => {
  const [monitor, sink] = opened(true);
  vi.setSystemTime(1_700_000_000_000);
  monitor.data(Uint8Array.of());
  expect(monitor.statistics).toEqual({ state: "connecting", bytes: 0, datagrams: 1, restarts: 0 });
  monitor.data(Uint8Array.of(1, 2, 3));
  monitor.restarted();
  const lastDataAt = 1_700_000_000_000;
  expect(monitor.statistics).toEqual({ state: "receiving", bytes: 3, datagrams: 2, lastDataAt, restarts: 1 });
  expect(sink.pieces).toHaveLength(1);
});
