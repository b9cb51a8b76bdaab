import type { ElementaryStream, StreamAssembler } from "./access-unit.ts";
import { AudioAssembler } from "./audio-assembler.ts";
import type { BlockPool } from "./block-pool.ts";
import { ContinuityCounter } from "./continuity-counter.ts";
import type { PesAssembler } from "./pes-assembler.ts";
import { VideoAssembler } from "./video-assembler.ts";

/** One PID that is listened to. */
export type PidState = {
  readonly continuity: ContinuityCounter;
  readonly pes: PesAssembler | undefined;
  readonly stream: ElementaryStream | undefined;
  received: boolean;
  /** Since the last PCR. */
  heard: boolean;
};

/** What makes access units of the PES packets of a stream. */
export function assemblerFor(stream: ElementaryStream, pool: BlockPool): StreamAssembler {
  if (stream.codec === "h264" || stream.codec === "h265") return new VideoAssembler(stream.pid, stream.codec, pool);
  return new AudioAssembler(stream.pid, stream.codec);
}

/** A PID from which nothing has come; one of tables has no PES packets and no stream. */
export function newPid(pes: PesAssembler | undefined, stream: ElementaryStream | undefined): PidState {
  return { continuity: new ContinuityCounter(pes === undefined), pes, stream, received: false, heard: false };
}
