import { describe, expect, test } from "vitest";
import type { DemuxEvent, PesPacket } from "../../src/demux/access-unit.ts";
import { PesAssembler, type ProgramReference } from "../../src/demux/pes-assembler.ts";
import { CLOCK_WRAP } from "../../src/mpegts/clock.ts";
import { body, codes, concat, type Pes, sortEvents, writePes } from "./video-streams.ts";

type Received = {
  readonly pts: number | undefined;
  readonly dts: number | undefined;
  readonly payload: string;
  readonly gapBefore: boolean;
  readonly truncated: boolean;
};

/** An assembler whose stream writes down what comes, and looks twice at each payload that should still hold. */
function setUp(keepsPayload = false, reference: ProgramReference = { time: undefined }) {
  const received: Received[] = [];
  const events: DemuxEvent[] = [];
  let before: { readonly view: Uint8Array; readonly content: string } | undefined;
  const begun: string[] = [];
  const stream = {
    push({ pts, dts, payload, gapBefore, truncated }: PesPacket): readonly DemuxEvent[] {
      if (before !== undefined) expect(hex(before.view)).toBe(before.content);
      before = { view: payload, content: hex(payload) };
      received.push({ pts, dts, payload: hex(payload), gapBefore, truncated });
      return [];
    },
    begins(payload: Uint8Array): readonly DemuxEvent[] {
      begun.push(hex(payload));
      return [];
    },
    flush: (): readonly DemuxEvent[] => [],
  };
  const pes = new PesAssembler(0x100, stream, reference, keepsPayload);
  const push = (bytes: Uint8Array, unitStart: boolean): void => pes.push(bytes, 0, bytes.length, unitStart, events);
  /** Sends a PES packet in pieces of this size. */
  const send = (bytes: Uint8Array, size = 184): void => {
    for (let at = 0; at < bytes.length; at += size) push(bytes.subarray(at, at + size), at === 0);
  };
  return { pes, push, send, received, begun, events, problems: () => codes(sortEvents(events).problems) };
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const whole = (payload: Uint8Array, pts?: number, fields: Partial<Received> = {}): Received => ({
  pts,
  dts: pts,
  payload: hex(payload),
  gapBefore: false,
  truncated: false,
  ...fields,
});

const small = (seed: number, fields: Partial<Pes> = {}): Pes => ({
  payload: body(seed, 300),
  pts: 1000 * seed,
  ...fields,
});

describe("gathers PES packets", () => {
  test("hands a bounded one over with its last byte, an unbounded one when the next begins", () => {
    const { pes, send, received, events } = setUp();
    send(writePes(small(1, { bounded: true })));
    expect(received).toHaveLength(1);
    send(writePes(small(2)));
    expect(received).toHaveLength(1);
    send(writePes(small(3)));
    expect(received).toHaveLength(2);
    pes.flush(events);
    expect(received).toEqual([whole(body(1, 300), 1000), whole(body(2, 300), 2000), whole(body(3, 300), 3000)]);
    expect(events).toEqual([]);
  });

  test.for([1, 2, 3, 4, 5, 7, 150, 184])("in pieces of %i bytes", (size) => {
    const { pes, send, received, events } = setUp();
    for (let seed = 1; seed < 6; seed++) send(writePes(small(seed, { bounded: seed % 2 === 0 })), size);
    pes.flush(events);
    expect(received).toEqual([1, 2, 3, 4, 5].map((seed) => whole(body(seed, 300), seed * 1000)));
  });

  test("passes over what comes before the first, and after the end of a bounded one", () => {
    const { push, send, received, problems } = setUp();
    push(body(9, 184), false);
    const bytes = writePes(small(1, { bounded: true }));
    send(concat(bytes, body(9, 100)), 1000);
    push(body(9, 184), false);
    expect(received).toEqual([whole(body(1, 300), 1000)]);
    expect(problems()).toEqual([]);
  });

  test.for<[name: string, times: readonly number[], bounded: boolean, truncated: readonly number[]]>([
    ["an even step", [0, 3600, 7200, 10_800], false, []],
    ["half a second", [0, 3600, 48_600, 52_200], false, []],
    ["a leap", [0, 3600, 52_200, 55_800], false, [1]],
    ["a leap back", [90_000, 93_600, 0, 3600], false, [1]],
    ["a leap over the wrap", [CLOCK_WRAP - 7200, CLOCK_WRAP - 3600, 90_000, 93_600], false, [1]],
    ["the wrap", [CLOCK_WRAP - 7200, CLOCK_WRAP - 3600, 0, 3600], false, []],
    ["a slide show", [0, 90_000, 180_000, 300_000], false, []],
    ["a leap after what says how long it is", [0, 3600, 52_200, 55_800], true, []],
  ])("what may have lost a multiple of sixteen packets is truncated before a leap only: %s", (row) => {
    const [, times, bounded, truncated] = row;
    const { pes, send, received, events } = setUp();
    for (const pts of times) send(writePes({ payload: body(pts, 300), pts, bounded }));
    pes.flush(events);
    expect(received.flatMap((one, index) => (one.truncated ? [index] : []))).toEqual(truncated);
    expect(received.flatMap((one, index) => (one.gapBefore ? [index - 1] : []))).toEqual(truncated);
  });

  test("keeps its memory while it is in use", () => {
    const { pes, send, push, received, events } = setUp();
    const expected: Received[] = [];
    for (let seed = 1; seed < 40; seed++) {
      const payload = body(seed, 200 + ((seed * 7919) % 40_000));
      const kind = seed % 5;
      if (kind === 1) send(writePes({ payload: new Uint8Array(0), pts: 5 }));
      if (kind === 2) send(concat(Uint8Array.of(0, 0, 2), body(seed, 1000)));
      if (kind === 3) push(body(seed, 100), false);
      send(writePes({ payload, pts: seed, bounded: kind === 4 }));
      if (kind === 3) {
        pes.gap(events);
        push(body(seed, 184), false);
      }
      expected.push(whole(payload, seed));
    }
    pes.flush(events);
    // What is looked at here is memory: flags have tests of their own. A stray packet goes to the one before it.
    expect(received.length).toBe(39);
    expect(received.map(({ pts }) => pts)).toEqual(expected.map(({ pts }) => pts));
  });

  test("gives a stream that keeps payload memory of its own", () => {
    const views: Uint8Array[] = [];
    const stream = {
      push: ({ payload }: PesPacket): readonly DemuxEvent[] => {
        views.push(payload);
        return [];
      },
      begins: (): readonly DemuxEvent[] => [],
      flush: (): readonly DemuxEvent[] => [],
    };
    const pes = new PesAssembler(0x100, stream, { time: undefined }, true);
    for (let seed = 1; seed < 10; seed++) {
      const bytes = writePes(small(seed, { bounded: true }));
      pes.push(bytes, 0, bytes.length, true, []);
    }
    expect(views.map(hex)).toEqual(Array.from({ length: 9 }, (_, i) => hex(body(i + 1, 300))));
  });

  test("shows how one begins with its first packet, but not after a loss", () => {
    const { pes, send, push, begun } = setUp();
    const bytes = writePes(small(1));
    send(bytes);
    expect(begun).toEqual([hex(bytes.subarray(14, 184))]);
    pes.gap([]);
    send(writePes(small(2)));
    expect(begun).toHaveLength(1);
    send(writePes(small(3)));
    push(bytes.subarray(0, 12), true);
    expect(begun).toHaveLength(2);
  });

  test("passes an endless one on in pieces, so that memory is bounded", () => {
    const { pes, push, received, events } = setUp();
    const piece = body(1, 1 << 20);
    push(concat(writePes({ payload: new Uint8Array(0), pts: 90 }), piece), true);
    for (let i = 1; i < 40; i++) push(piece, false);
    pes.flush(events);
    expect(received.length).toBe(3);
    expect(received.map(({ pts, gapBefore, truncated }) => ({ pts, gapBefore, truncated }))).toEqual([
      { pts: 90, gapBefore: false, truncated: false },
      { pts: undefined, gapBefore: false, truncated: false },
      { pts: undefined, gapBefore: false, truncated: false },
    ]);
    const bytes = received.reduce((sum, { payload }) => sum + payload.length / 2, 0);
    expect(bytes).toBe(40 * piece.length);
    expect(Math.max(...received.map(({ payload }) => payload.length / 2))).toBeLessThan(18 << 20);
  });
});

describe("says what is missing", () => {
  test("inside a PES packet", () => {
    const { pes, push, send, received, events } = setUp();
    const bytes = writePes(small(1));
    push(bytes.subarray(0, 184), true);
    pes.gap(events);
    push(bytes.subarray(200), false);
    send(writePes(small(2, { bounded: true })));
    const start = body(1, 300).subarray(0, 184 - (bytes.length - 300));
    expect(received).toEqual([whole(start, 1000, { truncated: true }), whole(body(2, 300), 2000, { gapBefore: true })]);
  });

  test("between two", () => {
    const { pes, send, received, events } = setUp();
    send(writePes(small(1, { bounded: true })));
    pes.gap(events);
    send(writePes(small(2, { bounded: true })));
    send(writePes(small(3, { bounded: true })));
    expect(received.map(({ gapBefore, truncated }) => [gapBefore, truncated])).toEqual([
      [false, false],
      [true, false],
      [false, false],
    ]);
  });

  test.for([
    ["by the start of the next", false],
    ["by the end of the input", true],
  ] as const)("where a bounded one is shorter than it says: it is ended %s", ([, atEnd]) => {
    const { pes, send, received, events } = setUp();
    send(writePes(small(1, { bounded: true })).subarray(0, 200));
    if (!atEnd) send(writePes(small(2, { bounded: true })));
    pes.flush(events);
    expect(received[0]).toMatchObject({ pts: 1000, truncated: true });
    if (!atEnd) expect(received[1]).toEqual(whole(body(2, 300), 2000, { gapBefore: true }));
  });

  test.for<[string, (bytes: Uint8Array) => void]>([
    ["start code", (bytes) => bytes.fill(9, 2, 3)],
    ["stream_id", (bytes) => bytes.fill(0x10, 3, 4)],
    ["marker bits", (bytes) => bytes.fill(0x00, 6, 7)],
    ["PTS_DTS_flags", (bytes) => bytes.fill(0x40, 7, 8)],
    ["PES_header_data_length", (bytes) => bytes.fill(0xff, 8, 9)],
    ["timestamp", (bytes) => bytes.fill(0xff, 9, 10)],
  ])("where the header has a wrong %s", ([, spoil]) => {
    const { pes, send, received, events, problems } = setUp();
    send(writePes(small(1)));
    const bytes = writePes({ payload: body(2, 200), pts: 2000, bounded: true });
    spoil(bytes);
    send(bytes);
    send(writePes(small(3)));
    pes.flush(events);
    expect(received).toEqual([whole(body(1, 300), 1000), whole(body(3, 300), 3000, { gapBefore: true })]);
    expect(problems()).toEqual(["pes-malformed"]);
  });

  test("where the payload is scrambled", () => {
    const { pes, send, received, events, problems } = setUp();
    const bytes = writePes(small(2, { bounded: true }));
    bytes[6] = 0xa4;
    send(writePes(small(1)));
    send(bytes);
    send(writePes(small(3)));
    pes.flush(events);
    expect(received).toEqual([whole(body(1, 300), 1000), whole(body(3, 300), 3000, { gapBefore: true })]);
    expect(problems()).toEqual(["scrambled"]);
  });
});

describe("recognises a duplicate", () => {
  const bytes = writePes(small(1, { bounded: true }));
  const payloads = [bytes.subarray(0, 184), bytes.subarray(184)];
  const isDuplicate = (pes: PesAssembler, payload: Uint8Array): boolean => pes.endsWith(payload, 0, payload.length);

  test("of the first packet and of the last, which ended its PES packet", () => {
    const { pes, push } = setUp();
    push(payloads[0]!, true);
    expect(isDuplicate(pes, payloads[0]!)).toBe(true);
    push(payloads[1]!, false);
    expect(isDuplicate(pes, payloads[1]!)).toBe(true);
    expect(isDuplicate(pes, payloads[0]!)).toBe(false);
    expect(isDuplicate(pes, body(3, 100))).toBe(false);
  });

  test("not in bytes that never came", () => {
    const { pes, push } = setUp();
    push(payloads[0]!.subarray(0, 20), true);
    expect(isDuplicate(pes, payloads[0]!)).toBe(false);
  });
});

describe("unwraps timestamps", () => {
  const times = (list: readonly (readonly [number, number])[], reference?: ProgramReference): unknown[] => {
    const { pes, send, received, events } = setUp(false, reference);
    for (const [pts, dts] of list) send(writePes({ payload: body(1, 10), pts, dts }));
    pes.flush(events);
    return received.map((one) => [one.pts, one.dts]);
  };

  test("PTS and DTS each at its own picture", () => {
    const last = CLOCK_WRAP;
    const list = [
      [last - 7200, last - 10_800],
      [3600, last - 7200],
      [last - 3600, last - 3600],
      [0, 0],
      [10_800, 3600],
    ] as const;
    expect(times(list)).toEqual([
      [last - 7200, last - 10_800],
      [last + 3600, last - 7200],
      [last - 3600, last - 3600],
      [last, last],
      [last + 10_800, last + 3600],
    ]);
  });

  test("goes on after several wraps", () => {
    const step = 2 ** 28;
    const list = Array.from({ length: 100 }, (_, i) => [(i * step) % CLOCK_WRAP, (i * step) % CLOCK_WRAP] as const);
    expect(times(list)).toEqual(list.map((_, i) => [i * step, i * step]));
  });

  test("near the clock of the other streams of the programme", () => {
    const reference = { time: (CLOCK_WRAP + 100) as ProgramReference["time"] };
    expect(times([[CLOCK_WRAP - 5, CLOCK_WRAP - 5]], reference)).toEqual([[CLOCK_WRAP - 5, CLOCK_WRAP - 5]]);
    expect(times([[5, 5]], { time: (CLOCK_WRAP - 100) as ProgramReference["time"] })).toEqual([
      [CLOCK_WRAP + 5, CLOCK_WRAP + 5],
    ]);
  });

  test("is not led astray by damaged timestamps", () => {
    const far = [2 ** 31, 2 ** 32, 2 ** 32 + 2 ** 31, CLOCK_WRAP - 1];
    const list = [1000, 2000, ...far, 3000, 4000, ...far, ...far, 5000].map((time) => [time, time] as const);
    const good = times(list) as [number, number][];
    expect(good.map(([pts]) => pts).filter((pts) => pts > 0 && pts < 10_000)).toEqual([1000, 2000, 3000, 4000, 5000]);
  });

  test("follows a clock that really changes", () => {
    const start = 2 ** 32 - 10;
    const list = Array.from({ length: 200 }, (_, i) => start + i * 2 ** 28).map((time) => time % CLOCK_WRAP);
    const seen = times([[0, 0], ...list.map((time) => [time, time] as const)]) as [number, number][];
    const steps = seen.slice(2).map(([pts], i) => pts - seen[i + 1]![0]);
    expect(new Set(steps)).toEqual(new Set([2 ** 28]));
  });
});
