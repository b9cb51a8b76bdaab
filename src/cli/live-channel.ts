import { randomUUID } from "node:crypto";
import type { ChannelOptions } from "../config/channel-section.ts";
import { describeInput } from "../input/describe-input.ts";
import type { Input } from "../input/input.ts";
import { openInput } from "../input/open-input.ts";
import type { QualitySignals } from "../manifest/quality-signals.ts";
import type { Logger } from "../observe/log.ts";
import type { ChannelReading, MeteredChannel } from "../observe/metrics.ts";
import { ProblemSummary } from "../observe/problem-summary.ts";
import { segmentLine } from "../observe/segment-line.ts";
import { readTrack } from "../observe/track-metrics.ts";
import { TrackTotals } from "../observe/track-totals.ts";
import { packageVersion } from "../package-root.ts";
import { ChannelPipeline } from "../pipeline.ts";
import type { Problem } from "../problem/problem.ts";
import { ProblemTally } from "../problem/problem-tally.ts";
import { PushTarget } from "../push/push-target.ts";
import { segmentHeaders } from "../quality/publish-headers.ts";
import type { PublishOptions } from "../quality/publish-options.ts";
import type { QualityOptions } from "../quality/quality-options.ts";
import type { ChannelView } from "../server/channel-view.ts";
import type { ChannelStore } from "../store/channel-store.ts";
import type { Segment, Track } from "../store/segment.ts";
import type { Milliseconds } from "../time/units.ts";
import type { TimecodeStatus } from "../timeline/timecode-status.ts";
import { describeEncoder } from "./describe-encoder.ts";

/** What waits to be pushed when the service ends has so long: less than its responses have. */
const PUSH_GRACE = 4000 as Milliseconds;

const USER_AGENT = `mqa-packager/${packageVersion}`;

const WORST_FIRST = ["waiting", "unlocked", "holdover", "locked"] as const;

/** How quality is made out and published. */
type ChannelQuality = {
  readonly quality: QualityOptions;
  readonly publish: PublishOptions;
  readonly signals: QualitySignals;
};

/** One live channel: its inputs feed its pipeline, and what happens is counted and logged. */
export class LiveChannel implements ChannelView, MeteredChannel {
  readonly name: string;
  readonly #closing = new AbortController();
  readonly #options: ChannelOptions;
  readonly #inputs: readonly Input[];
  readonly #pipeline: ChannelPipeline;
  readonly #log: Logger;
  readonly #summary: ProblemSummary;
  readonly #threshold: number;
  readonly #publish: PublishOptions;
  readonly #totals = new Map<string, TrackTotals>();
  readonly #problems = new ProblemTally();
  /** Of no one input. */
  readonly #channelProblems = new ProblemTally();
  readonly #inputProblems: readonly ProblemTally[];
  readonly #targets: readonly PushTarget[];
  /** What was logged of each input. */
  readonly #timecodes: string[] = [];

  /** @throws ConfigError - where an input cannot work on this machine. */
  constructor(options: ChannelOptions, { quality, publish, signals }: ChannelQuality, log: Logger) {
    this.name = options.name;
    this.#options = options;
    this.#inputs = options.inputs.map(openInput);
    this.#inputProblems = options.inputs.map(() => new ProblemTally());
    this.#log = log.child({ channel: options.name });
    this.#summary = new ProblemSummary((line) => this.#log.warn(line, "problem"));
    this.#threshold = quality.threshold;
    this.#publish = publish;
    this.#pipeline = new ChannelPipeline({
      name: options.name,
      segmentDuration: options.segmentDuration,
      ...(options.lowLatency === undefined ? {} : { lowLatency: options.lowLatency }),
      window: options.window,
      damaged: options.damaged,
      // A file is whole: nobody has seen what was before it.
      joinsLive: options.inputs.some(({ kind }) => kind !== "file"),
      retainBodies: true,
      programs: options.inputs.map(({ program }) => program),
      timecode: options.timecode,
      numberOffset: options.numberOffset,
      quality,
      onProblem: (problem, input) => this.#count(problem, input),
    });
    const { name, window, segmentDuration, lowLatency } = options;
    const channel = {
      ...{ name, window, segmentDuration, store: this.store, clock: () => Date.now() as Milliseconds },
      ...{ publish, signals, session: randomUUID(), userAgent: USER_AGENT },
      ...{ isLowLatency: lowLatency !== undefined, patience: (3 * segmentDuration) as Milliseconds },
    };
    this.#targets = options.push.map((target) => {
      const log = this.#log.child({ target: target.url.href });
      return new PushTarget(target, channel, {
        changed: (track, { state, lastError: reason, lastStatus: status }) => {
          if (reason === undefined) log.info({ track }, "push works again");
          else log.warn({ track, reason, status }, `push ${state}`);
        },
        note: (track, text) => log.warn({ track }, text),
      });
    });
    this.store.onPublish((track, segment) => {
      this.#published(track, segment);
      for (const target of this.#targets) target.push(track, segment);
    });
    this.store.onOpen((track, open) => {
      for (const target of this.#targets) target.grow(track, open);
    });
    this.store.onChange((track) => {
      if (track === undefined) for (const target of this.#targets) target.end();
    });
  }

  get store(): ChannelStore {
    return this.#pipeline.store;
  }

  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  start(): void {
    for (const [index, input] of this.#inputs.entries()) {
      const log = this.#log.child({ input: describeInput(this.#options.inputs[index]!) });
      input.start({
        data: (bytes, receivedAt) => {
          this.#pipeline.push(index, bytes, receivedAt);
          this.#noteTimecode(index, log);
        },
        ended: () => {
          log.info("input ended");
          this.#pipeline.end(index, Date.now() as Milliseconds);
        },
        state: (event) => {
          if (event.state === "lost") {
            this.#count(event.problem, index);
            log.warn({ reason: event.reason }, "input lost");
          } else {
            log.info(`input ${event.state}`);
          }
        },
        note: (text) => log.info(text),
      });
    }
  }

  /** Closes the inputs; nothing is published any more. */
  async stop(): Promise<void> {
    await Promise.all(this.#inputs.map((input) => input.stop()));
    this.#summary.flush();
    this.#summary.close();
    this.#closing.abort();
  }

  /** When it has stopped: sends what waits to be pushed, for as long as that may take. */
  async drain(): Promise<void> {
    await Promise.all(this.#targets.map((target) => target.close(PUSH_GRACE)));
  }

  status(): unknown {
    return {
      timecode: this.#timecode(),
      segmentSeconds: this.#options.segmentDuration / 1000,
      windowSeconds: this.#options.window / 1000,
      ...this.#lowLatency(),
      inputs: this.#inputs.map((input, index) => ({
        url: describeInput(this.#options.inputs[index]!),
        timecode: this.#timecodeOf(index),
        ...input.statistics,
        transport: this.#pipeline.transport(index),
        encoder: describeEncoder(
          this.#pipeline.encoder(index),
          input.statistics,
          this.#timecodeOf(index),
          this.#options,
        ),
        problems: this.#inputProblems[index]!.counts(),
      })),
      ...(this.#targets.length > 0 ? { push: this.#targets.map((target) => target.status()) } : {}),
      problems: this.#problems.counts(),
    };
  }

  /** `partSeconds`: the longest that a part may last, once that is known. */
  #lowLatency(): object {
    const { lowLatency } = this.store.snapshot() ?? {};
    return lowLatency === undefined ? {} : { lowLatency: { partSeconds: lowLatency.partTarget / 1_000_000 } };
  }

  reading(now: Milliseconds): ChannelReading {
    const { name: channel } = this;
    const { segmentDuration } = this.#options;
    const tracks = [...this.#totals.values()].map((totals) => readTrack(channel, totals, segmentDuration, now));
    const inputs = this.#inputs.map(({ statistics }, index) => ({
      channel,
      input: String(index + 1),
      url: describeInput(this.#options.inputs[index]!),
      counts: statistics,
      timecode: this.#timecodeOf(index),
    }));
    const problems = [this.#channelProblems, ...this.#inputProblems].map((tally, index) => ({
      channel,
      input: index === 0 ? "" : String(index),
      counts: tally.counts(),
    }));
    const pushes = this.#targets.map((target) => {
      const counts = target.status();
      return { channel, target: counts.url, counts };
    });
    const state = { channel, segmentDuration, ended: this.store.snapshot()?.ended ?? false };
    return { state, tracks, inputs, problems, pushes };
  }

  #published(track: Track, segment: Segment): void {
    const totals = this.#totals.get(track.id) ?? new TrackTotals(track, this.#threshold);
    this.#totals.set(track.id, totals);
    totals.add(segment);
    const { dropped } = segmentHeaders(segment, this.#publish, true);
    if (dropped.length > 0) {
      const detail = `no room for ${dropped.join(", ")} within ${this.#publish.headerBudget} bytes`;
      this.#count({ code: "header-budget", count: dropped.length, detail }, undefined);
    }
    this.#log.info(segmentLine(track, segment, this.#threshold), "segment");
  }

  /** Of the channel: as good as that of its worst input. */
  #timecode(): TimecodeStatus["state"] {
    const states = this.#inputs.map((_, index) => this.#timecodeOf(index).state);
    return WORST_FIRST.find((state) => states.includes(state))!;
  }

  /** What it last was is no news of an input of which nothing comes. */
  #timecodeOf(index: number): TimecodeStatus {
    const { state } = this.#inputs[index]!.statistics;
    if (state === "receiving") return this.#pipeline.timecode(index);
    return { state: "waiting", source: "none", reason: "nothing comes" };
  }

  #noteTimecode(index: number, log: Logger): void {
    const current = this.#pipeline.timecodeState(index);
    if (current !== "waiting" && current === this.#timecodes[index]) return;
    const { state, source, errorPictures, driftPpm, reason } = this.#pipeline.timecode(index);
    // While it waits it matters what for; before anything came that is not known.
    const seen = state === "waiting" ? reason : state;
    if (seen === undefined || seen === this.#timecodes[index]) return;
    this.#timecodes[index] = seen;
    const fields = { timecode: state, source, errorPictures, driftPpm, reason };
    if (state === "locked") log.info(fields, "locked to the timecode");
    else if (state === "waiting") log.warn(fields, "waiting for a timecode that can be used");
    else if (state === "holdover") log.warn(fields, "no timecode to go by: time runs on with the timestamps");
    else if (state === "unlocked" && this.#options.timecode.source === "none")
      log.info(fields, "the time is that of arrival");
    else if (state === "unlocked")
      log.warn(fields, "the time is that of arrival, and other packagers will name segments otherwise");
  }

  #count(problem: Problem, input: number | undefined): void {
    this.#problems.add(problem);
    if (input === undefined) this.#channelProblems.add(problem);
    else this.#inputProblems[input]!.add(problem);
    this.#summary.add(problem);
  }
}
