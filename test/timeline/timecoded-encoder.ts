import type { DemuxEvent, ElementaryStream, VideoAccessUnit } from "../../src/demux/access-unit.ts";
import type { SeiMessage } from "../../src/sei/message.ts";
import { type MisbTimestamp, writeMisbTimestamp } from "../../src/sei/misb-timestamp.ts";
import { payloadTypes } from "../../src/sei/payload-types.ts";
import { writeTimeCode } from "../../src/sei/time-code.ts";
import { epochLabel, labelCounting } from "../../src/simulate/epoch-timecode.ts";
import { mulDivRound, type Rational } from "../../src/time/rational.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { ChannelAnchor } from "../../src/timeline/channel-anchor.ts";
import { InputTimeline } from "../../src/timeline/input-timeline.ts";
import { PictureClock } from "../../src/timeline/picture-clock.ts";
import type { SmpteLabel } from "../../src/timeline/smpte-label.ts";
import { StreamNames } from "../../src/timeline/stream-names.ts";
import { defaultTimecode, type TimecodeOptions } from "../../src/timeline/timecode-options.ts";
import type { TimecodeStatus } from "../../src/timeline/timecode-status.ts";
import type { TimedFrame, TimedPicture, TimelineEvent } from "../../src/timeline/timed-unit.ts";
import { accessUnit, frame, ms, picture, ticks, VIDEO } from "./units.ts";

export const P25: Rational = { num: 25, den: 1 };
export const P50: Rational = { num: 50, den: 1 };
export const P29: Rational = { num: 30_000, den: 1001 };
export const P59: Rational = { num: 60_000, den: 1001 };

const streams: readonly ElementaryStream[] = [
  { pid: 256, kind: "video", codec: "h265" },
  { pid: 257, kind: "audio", codec: "aac" },
];
/** How long after it was taken a picture arrives. */
const DELAY_MS = 700;

export type Stretch = {
  readonly rate?: Rational;
  /** Pictures since the epoch. */
  readonly from: number;
  readonly to: number;
  /** PTS of the picture that is the 0th since the epoch. */
  readonly origin?: number;
  readonly gop?: number;
  /** Which picture a picture is labelled as; undefined: it has no label. */
  readonly label?: (index: number) => number | undefined;
  /** What it says with MISB, in microseconds. */
  readonly misb?: (index: number) => number | undefined;
  readonly sound?: boolean;
};

/** A unit that was sent and when it comes. */
export type Sent = { readonly event: DemuxEvent; readonly arrival: Milliseconds };

/** What an encoder with timecodes sends: pictures `from` up to `to` of an endless programme, and sound. */
export function encode(stretch: Stretch): readonly Sent[] {
  const { rate = P25, from, to, origin = 0, gop = 50, label = (index) => index, misb, sound = false } = stretch;
  const counting = labelCounting(rate);
  const configuration = { ...VIDEO, codec: "h265" as const, declaredPictureRate: rate };
  const clock = new PictureClock(rate, true);
  const sent: Sent[] = [];
  const send = (unit: VideoAccessUnit | ReturnType<typeof frame>, epoch: number): void => {
    sent.push({ event: accessUnit(unit), arrival: ms(Math.floor(epoch / 90) + DELAY_MS) });
  };
  for (let index = from; index < to; index++) {
    const epoch = clock.epochOf(index);
    const sei: SeiMessage[] = [];
    const labelled = label(index);
    if (labelled !== undefined) sei.push(timeCode(epochLabel(labelled, counting)));
    const microseconds = misb?.(index);
    if (microseconds !== undefined) sei.push(misbMessage(microseconds));
    const access = index % gop === 0 ? { randomAccess: "idr" as const } : {};
    send({ ...picture(epoch + origin, access), configuration, sei }, epoch);
  }
  if (sound) {
    for (let n = Math.ceil(clock.epochOf(from) / 1920); n * 1920 < clock.epochOf(to); n++) {
      send(frame(n * 1920 + origin), n * 1920);
    }
  }
  return sent.sort((a, b) => a.arrival - b.arrival);
}

function timeCode({ hours, minutes, seconds, frames, dropFrame }: SmpteLabel): SeiMessage {
  const timestamp = {
    unitsFieldBasedFlag: false,
    countingType: dropFrame ? 4 : 0,
    fullTimestampFlag: true,
    discontinuityFlag: false,
    cntDroppedFlag: false,
    nFrames: frames,
    seconds,
    minutes,
    hours,
    timeOffset: 0,
    timeOffsetLength: 0,
  };
  return { payloadType: payloadTypes.timeCode, payload: writeTimeCode({ clockTimestamps: [timestamp] }) };
}

function misbMessage(microseconds: number): SeiMessage {
  const timestamp: MisbTimestamp = { kind: "h265-microseconds", status: 0x1f, value: BigInt(microseconds) };
  return { payloadType: payloadTypes.userDataUnregistered, payload: writeMisbTimestamp(timestamp) };
}

/** The capture time of a picture in microseconds, some microseconds off. */
export function captured(index: number, { num, den }: Rational, off = 0): number {
  return mulDivRound(index, 1_000_000 * den, num) + off;
}

/** One input of a live channel, and all that it said. */
export class Receiver {
  readonly events: TimelineEvent[] = [];
  /** The state after each unit, where it changed. */
  readonly states: TimecodeStatus["state"][] = [];
  readonly #timeline: InputTimeline;

  constructor(
    options: Partial<TimecodeOptions> = {},
    anchor: ChannelAnchor = newAnchor(options),
    input = 0,
    kinds: readonly string[] = ["video", "audio"],
  ) {
    const names = new StreamNames(2);
    this.#timeline = new InputTimeline(anchor, input, (stream, ordinal) => names.identify(input, stream, ordinal));
    this.#timeline.push({ kind: "program", number: 1, streams: streams.filter(({ kind }) => kinds.includes(kind)) });
  }

  /** @param clockError - How far the host's clock is off, in milliseconds. */
  take(sent: readonly Sent[], clockError = 0): this {
    for (const { event, arrival } of sent) {
      this.events.push(...this.#timeline.push(event, ms(arrival + clockError)));
      const { state } = this.status;
      if (state !== this.states.at(-1)) this.states.push(state);
    }
    return this;
  }

  /** The same from a file: nothing says when it came. */
  takeFile(sent: readonly Sent[]): this {
    for (const { event } of sent) this.events.push(...this.#timeline.push(event));
    this.events.push(...this.#timeline.flush());
    return this;
  }

  get status(): TimecodeStatus {
    return this.#timeline.timecode;
  }

  get pictures(): readonly TimedPicture[] {
    return this.#units.filter((unit) => unit.kind === "picture");
  }

  get frames(): readonly TimedFrame[] {
    return this.#units.filter((unit) => unit.kind === "frame");
  }

  get problems(): readonly string[] {
    return this.events.flatMap((event) =>
      event.kind === "problem" ? [`${event.problem.code} ${event.problem.detail ?? ""}`.trim()] : [],
    );
  }

  problemsOf(pid: number): readonly string[] {
    return this.events.flatMap((event) =>
      event.kind === "problem" && event.problem.pid === pid ? [event.problem.code] : [],
    );
  }

  get #units() {
    return this.events.flatMap((event) => (event.kind === "unit" ? [event.unit] : []));
  }
}

export function newAnchor(options: Partial<TimecodeOptions> = {}, inputs = 1): ChannelAnchor {
  return new ChannelAnchor({ inputs, timecode: { ...defaultTimecode, ...options } });
}

/** The number of a picture since the epoch, at a time. */
export function pictureAt(iso: string, rate: Rational = P25): number {
  return new PictureClock(rate, true).index(ticks(Date.parse(iso) * 90));
}
