import { z } from "zod";
import { hostPort } from "../input/describe-input.ts";
import type { InputUrl } from "../input/input-url.ts";
import { defaultQualitySignals, type QualitySignals } from "../manifest/quality-signals.ts";
import { type LogOptions, logFormats, logLevels } from "../observe/log-options.ts";
import type { PushOptions } from "../push/push-options.ts";
import { defaultPublishOptions, type PublishOptions } from "../quality/publish-options.ts";
import type { QualityOptions } from "../quality/quality-options.ts";
import { type ChannelOptions, channelSection, targetHref } from "./channel-section.ts";
import { DEFAULT_LISTEN } from "./defaults.ts";
import { built, type Refusal, ruled, section, text, word } from "./field.ts";
import { isMap } from "./json-node.ts";
import { type ListenAddress, parseListen } from "./listen-address.ts";
import { qualitySection } from "./quality-section.ts";

/** What `run` runs. */
export type RunConfig = {
  readonly listen: ListenAddress;
  readonly log: LogOptions;
  readonly signals: QualitySignals;
  readonly quality: QualityOptions;
  readonly publish: PublishOptions;
  readonly channels: readonly ChannelOptions[];
};

/** What one process can run at the very most; each channel has sockets and memory of its own. */
const MAX_CHANNELS = 1000;

const channels = ruled(
  z.array(channelSection).min(1).max(MAX_CHANNELS).meta({ description: "The live channels." }),
  (given, refuse) => {
    const channels = readable(given);
    checkNames(channels, refuse);
    checkInputs(channels, refuse);
    checkTargets(channels, refuse);
  },
);

/** The configuration: what `run` takes from a file, from the environment and from flags. */
export const runConfigSchema: z.ZodType<RunConfig> = built(
  section(
    {
      listen: text({ description: "HOST:PORT to serve HTTP on." }, (given) => parseListen("", given)).prefault(
        DEFAULT_LISTEN,
      ),
      identifier: text(
        { pattern: "^[\\x20-\\x7e]{1,64}$", description: "Who serves: the key n in CMSD." },
        (given, refuse) =>
          /^[\x20-\x7e]{1,64}$/.test(given) ? given : refuse("it must be 1 to 64 printable ASCII characters"),
      ).prefault(defaultPublishOptions.identifier),
      log: section(
        {
          level: word(logLevels, "The least that is written.").prefault("info"),
          format: word(logFormats, "How: auto is pretty on a terminal, else JSON.").prefault("auto"),
        },
        "How the log is written.",
      ).prefault({}),
      quality: qualitySection.prefault({}),
      channels,
    },
    "The configuration of mqa-packager.",
  ),
  ({ listen, identifier, log, quality: settings, channels }) => {
    const publish = { ...settings.publish, identifier };
    const signals = { ...defaultQualitySignals, ...settings.manifests, publish };
    return { listen, log, quality: settings.quality, publish, signals, channels };
  },
);

/** What could be read of the channels: of the rest that is what is said. */
function readable(channels: unknown): readonly Partial<Pick<ChannelOptions, "name" | "inputs" | "push">>[] {
  const list = Array.isArray(channels) ? channels : [];
  return list.map((channel: unknown) => {
    const { name, inputs, push } = isMap(channel) ? channel : {};
    return {
      ...(typeof name === "string" && { name }),
      inputs: Array.isArray(inputs) ? (inputs as InputUrl[]) : [],
      push: Array.isArray(push) ? (push as PushOptions[]) : [],
    };
  });
}

type Readable = ReturnType<typeof readable>;

function checkNames(channels: Readable, refuse: Refusal): void {
  const names = channels.map(({ name }) => name);
  for (const [i, name] of names.entries()) {
    if (name !== undefined && names.indexOf(name) < i) refuse([i, "name"], name, "another channel has that name");
  }
}

/** Two of one socket, or of standard input, would take each other's data. A multicast group may be joined twice. */
function checkInputs(channels: Readable, refuse: Refusal): void {
  const taken: (Place & { readonly owner: string })[] = [];
  for (const [i, { inputs = [] }] of channels.entries()) {
    for (const [n, input] of (inputs as readonly (InputUrl | undefined)[]).entries()) {
      const place = input && placeOf(input);
      if (place === undefined) continue;
      const other = taken.find((one) => collide(one, place));
      if (other !== undefined) refuse([i, "inputs", n], place.shown, `${other.owner} takes what comes there`);
      taken.push({ ...place, owner: `channels[${i}].inputs[${n}]` });
    }
  }
}

/** Where an input listens; standard input has no port. */
type Place = { readonly shown: string; readonly address: string; readonly port: number; readonly isGroup: boolean };

/** SRT is carried by UDP, and has its ports. */
function placeOf(input: InputUrl): Place | undefined {
  if (input.kind === "stdin" || (input.kind === "file" && /^\/dev\/(stdin|fd\/0)$/.test(input.path)))
    return { shown: "-", address: "-", port: 0, isGroup: false };
  if (input.kind === "udp") {
    const { address, port, multicast: isGroup } = input;
    return { shown: `udp://${hostPort(address, port)}`, address, port, isGroup };
  }
  if (input.kind !== "srt" || input.mode !== "listener") return undefined;
  return { shown: `srt://${hostPort(input.host, input.port)}`, address: input.host, port: input.port, isGroup: false };
}

function collide(a: Place, b: Place): boolean {
  if (a.port !== b.port || (a.isGroup && b.isGroup)) return false;
  return a.address === b.address || isAny(a.address) || isAny(b.address);
}

/** All addresses of this machine. */
function isAny(address: string): boolean {
  return /^[0.:]+$/.test(address);
}

/** The objects of one would be written over those of the other. */
function checkTargets(channels: Readable, refuse: Refusal): void {
  const owners = new Map<string, number>();
  for (const [i, { push = [] }] of channels.entries()) {
    for (const [n, target] of push.entries()) {
      const href = targetHref(target);
      if (href === undefined) continue;
      const owner = owners.get(href);
      if (owner !== undefined && owner !== i)
        refuse([i, "push", n, "url"], target.shown, `channels[${owner}] is pushed there`);
      else owners.set(href, i);
    }
  }
}
