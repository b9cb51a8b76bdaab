import { readDuration } from "../config/duration.ts";
import { ConfigError } from "../problem/config-error.ts";
import { type Fault, type FaultTime, type FaultValue, type LabelShift, plainFaultKinds } from "../simulate/fault.ts";
import { parseShare } from "../simulate/rain-settings.ts";
import type { Milliseconds } from "../time/units.ts";

/** A year: beyond it nobody simulates, and times still fit where they are added. */
const MAX_TIME_MS = 366 * 86_400_000;

/** Scores have no more. */
const MAX_POINTS = 100;

const FORMS = `it must be KIND@TIME[+DURATION][/RENDITION] such as gap@70s+3s/2, with ${plainFaultKinds.join(", ")} for KIND, or timecode-jump@TIME[+DURATION]=SHIFT[/RENDITION] with a SHIFT such as +10s, -1h or +2p (pictures), rain@…=LOSS up to 50%, or dip@…=POINTS from 1 to 100`;

const SPEC =
  /^(?<kind>[a-z-]+)@(?<at>[\w.]+)(?:\+(?<duration>[\w.]+))?(?:=(?<value>[+-]?[\w.]+%?))?(?:\/(?<rendition>[1-9]\d?))?$/;

/**
 * Reads what is to go wrong.
 *
 * @throws ConfigError
 */
export function parseFault(text: string): Fault {
  const fault = readFault(text);
  if (fault === undefined) throw new ConfigError("--fault", text, FORMS);
  return fault;
}

function readFault(text: string): Fault | undefined {
  const parts = SPEC.exec(text)?.groups;
  const time = parts && readTime(parts);
  if (time === undefined) return undefined;
  const { kind, value } = parts as { readonly kind: string; readonly value?: string };
  if (value === undefined) {
    const plain = plainFaultKinds.find((one) => one === kind);
    return plain === undefined ? undefined : { kind: plain, ...time };
  }
  const what = readValue(kind, value);
  return what === undefined ? undefined : { ...what, ...time };
}

/** What a kind of fault with a value says beside its time. */
function readValue(kind: string, value: string): FaultValue | undefined {
  switch (kind) {
    case "timecode-jump": {
      const by = readShift(value);
      return by !== undefined && Object.values(by).some((amount) => amount !== 0) ? { kind, by } : undefined;
    }
    case "rain": {
      const loss = parseShare(value);
      return loss === undefined || loss === 0 ? undefined : { kind, loss };
    }
    case "dip": {
      const points = /^\d{1,3}$/.test(value) ? Number(value) : 0;
      return points < 1 || points > MAX_POINTS ? undefined : { kind, points };
    }
    default:
      return undefined;
  }
}

function readTime(parts: { readonly [name: string]: string | undefined }): FaultTime | undefined {
  const { at: atText = "", duration: durationText, rendition } = parts;
  const at = readLimited(atText);
  const duration = durationText === undefined ? undefined : readLimited(durationText);
  if (at === undefined || (durationText !== undefined && !duration)) return undefined;
  return {
    at,
    ...(duration !== undefined && { duration }),
    ...(rendition !== undefined && { rendition: Number(rendition) }),
  };
}

function readShift(text: string): LabelShift | undefined {
  if (!/^[+-]/.test(text)) return undefined;
  const sign = text.startsWith("-") ? -1 : 1;
  const pictures = /^\d{1,9}(?=p$)/.exec(text.slice(1))?.[0];
  if (pictures !== undefined) return { pictures: sign * Number(pictures) };
  const milliseconds = readLimited(text.slice(1));
  return milliseconds === undefined ? undefined : { milliseconds: sign * milliseconds };
}

function readLimited(text: string): Milliseconds | undefined {
  const duration = readDuration(text);
  return duration !== undefined && duration <= MAX_TIME_MS ? duration : undefined;
}
