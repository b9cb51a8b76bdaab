import { ConfigError } from "../problem/config-error.ts";

/** What a link does to what it carries. */
export type RainSettings = {
  /** Share of units that are lost, 0 to 0.5. */
  readonly loss: number;
  /** Mean length of a burst of losses in units, at least 1; absent: units are lost independently. */
  readonly burst?: number;
  /** Share of units that come after the unit that follows them, 0 to 0.5. */
  readonly reorder: number;
  /** Share of units that come twice, 0 to 0.5. */
  readonly duplicate: number;
  /** Share of bits that are flipped, 0 to 0.01. */
  readonly bitErrors: number;
};

/** What is lost, doubled and swapped: single packets, or the seven packets of a datagram together. */
export const rainUnits = { packet: 1, datagram: 7 } as const;

/** The name of a unit. */
export type RainUnit = keyof typeof rainUnits;

/** A link without any rain. */
export const DRY: RainSettings = { loss: 0, reorder: 0, duplicate: 0, bitErrors: 0 };

/** The names of the settings, as flags and in the body of a request. */
export const rainSettingNames = ["loss", "burst", "reorder", "duplicate", "bit-errors"] as const;

/** Settings as they are written; what is absent is off. */
export type WrittenRain = { readonly [name in (typeof rainSettingNames)[number]]?: string };

/** Percent. With more than half lost there is no link, and no more than half can be overtaken by the other half. */
const MAX_PERCENT = 50;

/** At most about two seconds of the samples: a longer silence is a gap. */
const MAX_BURST = 10_000;

/** Every packet then has about 15 errors: more say nothing new. */
const MAX_BIT_ERRORS = 0.01;

/**
 * Reads settings as flags and requests write them.
 *
 * @param prefix - What stands before the names where the user wrote them, for the message.
 * @throws ConfigError
 */
export function parseRain(written: WrittenRain, prefix: string): RainSettings {
  const { loss, burst, reorder, duplicate, "bit-errors": bitErrors } = written;
  if (burst !== undefined && !isBurst(burst)) {
    throw new ConfigError(`${prefix}burst`, burst, `it must be a mean number of packets from 1 to ${MAX_BURST}`);
  }
  return {
    loss: readShare(`${prefix}loss`, loss),
    ...(burst !== undefined && { burst: Number(burst) }),
    reorder: readShare(`${prefix}reorder`, reorder),
    duplicate: readShare(`${prefix}duplicate`, duplicate),
    bitErrors: readBitErrors(`${prefix}bit-errors`, bitErrors),
  };
}

/** A share such as `2%`, from 0 to 0.5; undefined: it is none. */
export function parseShare(text: string): number | undefined {
  const percent = /^(\d{1,2}(?:\.\d{1,6})?)%$/.exec(text)?.[1];
  return percent === undefined || Number(percent) > MAX_PERCENT ? undefined : Number(percent) / 100;
}

/** The inverse of {@link parseRain}. */
export function writeRain({ loss, burst, reorder, duplicate, bitErrors }: RainSettings): WrittenRain {
  return {
    loss: writeShare(loss),
    ...(burst !== undefined && { burst: String(burst) }),
    reorder: writeShare(reorder),
    duplicate: writeShare(duplicate),
    "bit-errors": String(bitErrors),
  };
}

/** The inverse of {@link parseShare}. */
export function writeShare(share: number): string {
  return `${Math.round(share * 1e8) / 1e6}%`;
}

function readShare(option: string, text = "0%"): number {
  const share = parseShare(text);
  if (share === undefined)
    throw new ConfigError(option, text, `it must be a share such as 2%, from 0% to ${MAX_PERCENT}%`);
  return share;
}

function isBurst(text: string): boolean {
  return /^\d{1,5}(\.\d{1,3})?$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_BURST;
}

function readBitErrors(option: string, text = "0"): number {
  const rate = /^\d(\.\d{1,9})?(e-\d{1,2})?$/i.test(text) ? Number(text) : Number.NaN;
  if (rate >= 0 && rate <= MAX_BIT_ERRORS) return rate;
  throw new ConfigError(option, text, `it must be a share of bits such as 1e-6, from 0 to ${MAX_BIT_ERRORS}`);
}
