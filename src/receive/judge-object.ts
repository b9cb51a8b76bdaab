import type { CollectedBoxes } from "./box-collector.ts";
import type { InitBook } from "./init-book.ts";
import { type ObjectPath, objectAt } from "./object-path.ts";
import type { SentObject } from "./read-cmcd.ts";
import { type Fragment, type InitTrack, readFragments, readInit, readNumber } from "./read-media.ts";
import type { ReceiveProblem } from "./receive-problem.ts";
import { isInitName } from "./track-name.ts";
import { UnreadableError } from "./unreadable-error.ts";

/** What a body was found to be: something to be stored, or refused with a status. */
export type Judgement =
  | {
      readonly kind: "init";
      readonly object: ObjectPath;
      readonly sent: SentObject;
      readonly tracks: readonly InitTrack[];
    }
  | {
      readonly kind: "segment";
      readonly object: ObjectPath;
      readonly sent: SentObject;
      readonly fragments: readonly Fragment[];
      readonly lacksPrft: boolean;
    }
  | { readonly kind: "refused"; readonly status: 400 | 412; readonly problem: ReceiveProblem };

/** Where an object is to lie: a path of its own, or one that follows from what it is. */
export type Place = ObjectPath | { readonly folder: string; readonly extension: string };

/**
 * Tells what a body of media is: by its boxes, whatever it is called.
 *
 * @param collect - Gives the boxes of the body, or throws UnreadableError.
 * @spec DASH-IF ingest 1.2, "Requirements for HTTP-based ingest" (412: the init segment is missing or wrong; else 400)
 */
export function judgeObject(collect: () => CollectedBoxes, place: Place, inits: InitBook): Judgement {
  let isInit = "name" in place && isInitName(place);
  try {
    const { moov, moof, hasPrft } = collect();
    const [init] = moov;
    isInit ||= init !== undefined;
    if (init !== undefined) {
      const tracks = readInit(init);
      return { kind: "init", object: objectOf(place, "init"), sent: "init", tracks };
    }
    const [first] = moof;
    if (first === undefined || isInit) throw new UnreadableError(isInit ? "it has no moov" : "it has no moof");
    const object = objectOf(place, readNumber(first));
    const tracks = inits.of(object);
    if (tracks === undefined) {
      const detail = `init segments in its folder: ${inits.listed(object)}`;
      return { kind: "refused", status: 412, problem: { code: "init-missing", detail } };
    }
    const handlers = tracks.map(({ handler }) => handler);
    return {
      kind: "segment",
      object,
      sent: sentOf(handlers),
      fragments: readFragments(moof, tracks),
      lacksPrft: !hasPrft && handlers.some((handler) => handler === "vide" || handler === "soun"),
    };
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    const code = isInit ? "init-unreadable" : "media-unreadable";
    return { kind: "refused", status: isInit ? 412 : 400, problem: { code, detail: error.message } };
  }
}

function objectOf(place: Place, what: "init" | number): ObjectPath {
  return "name" in place ? place : objectAt(place.folder, `${what}.${place.extension}`)!;
}

function sentOf(handlers: readonly string[]): SentObject {
  if (handlers.every((handler) => handler === "vide")) return "video";
  return handlers.every((handler) => handler === "soun") ? "audio" : "media";
}
