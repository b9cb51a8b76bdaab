import { serializeCmsdDynamic } from "../cmsd/cmsd-dynamic.ts";
import { serializeCmsdMqa } from "../cmsd/cmsd-mqa.ts";
import type { CmsdCustomValue } from "../cmsd/cmsd-static.ts";
import type { PublishOptions, PublishProfileName } from "./publish-options.ts";

/** One number that is to be published. */
export type PublishedNumber = {
  /** Canonical name of the metric. */
  readonly name: string;
  /** Its whole custom key. */
  readonly key: string;
  readonly value: number;
  /** It is of the segment before. */
  readonly isPrevious?: boolean;
};

/** The headers that quality may be in. */
export const qualityHeaderNames = ["CMSD-Static", "CMSD-Dynamic", "CMSD-MQA"] as const;

/** One of {@link qualityHeaderNames}. */
export type QualityHeaderName = (typeof qualityHeaderNames)[number];

/** How one profile gives numbers, most important first: as custom members of CMSD-Static, or as a header of its own. */
export type PublishProfile =
  | {
      readonly header: "CMSD-Static";
      readonly members: (
        numbers: readonly PublishedNumber[],
        options: PublishOptions,
      ) => Readonly<Record<string, CmsdCustomValue>>;
    }
  | {
      readonly header: "CMSD-Dynamic" | "CMSD-MQA";
      /** The metrics that it has words for. */
      readonly metrics: ReadonlySet<string>;
      readonly write: (numbers: readonly PublishedNumber[], options: PublishOptions) => string;
    };

/** What the keys of the profile `lists` end in. */
export const LIST_KEYS = { type: "type", score: "score" } as const;

/** The metrics that consumers with a fixed set of names know. */
const MEASURES: ReadonlySet<string> = new Set(["psnr", "ssim", "vmaf"]);

/** Every profile. */
export const publishProfiles: Readonly<Record<PublishProfileName, PublishProfile>> = {
  keys: {
    header: "CMSD-Static",
    members: (numbers) => Object.fromEntries(numbers.map(({ key, value }) => [key, value])),
  },
  // Two lists of equal length, since an inner list cannot hold pairs; upper case is free in values, and how the metrics are called.
  lists: {
    header: "CMSD-Static",
    members: (numbers, { keyPrefix }) =>
      numbers.length === 0
        ? {}
        : {
            [`${keyPrefix}-${LIST_KEYS.type}`]: numbers.map(({ name }) => name.toUpperCase()),
            [`${keyPrefix}-${LIST_KEYS.score}`]: numbers.map(({ value }) => value),
          },
  },
  wowza: {
    header: "CMSD-Dynamic",
    metrics: MEASURES,
    write: (numbers, { identifier }) => serializeCmsdDynamic(identifier, bareMembers(numbers)),
  },
  "ant-media": {
    header: "CMSD-MQA",
    metrics: MEASURES,
    write: (numbers) => serializeCmsdMqa(bareMembers(numbers)),
  },
};

/** Under the metrics' own names; both products have SSIM as it is defined, up to 1. */
function bareMembers(numbers: readonly PublishedNumber[]): Readonly<Record<string, number>> {
  return Object.fromEntries(
    numbers.map(({ name, value }) => [name, name === "ssim" ? Math.round(value * 10) / 1000 : value]),
  );
}
