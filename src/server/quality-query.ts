import type { Request } from "express";
import { MAX_RECORDS, type WindowBound, type WindowQuery } from "../quality/quality-window.ts";
import { isoMilliseconds } from "../time/iso-time.ts";
import { BadRequestError } from "./bad-request-error.ts";
import { requestQuery, shown, singleValue } from "./request-query.ts";
import { parseSegmentNumber } from "./segment-number.ts";

/**
 * Reads which records `quality.json` is to give.
 *
 * @throws BadRequestError
 */
export function parseQualityQuery(request: Request): WindowQuery {
  const query = requestQuery(request, ["from", "to", "last"]);
  const from = parseBound(query, "from");
  const to = parseBound(query, "to");
  const last = parseLast(query);
  if (last === undefined) return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
  if (from !== undefined || to !== undefined) {
    throw new BadRequestError("last stands alone; it cannot be given with from or to.");
  }
  return { last };
}

function parseBound(query: URLSearchParams, name: string): WindowBound | undefined {
  const text = singleValue(query, name);
  if (text === undefined) return undefined;
  const number = parseSegmentNumber(text);
  if (number !== undefined) return { number };
  const time = isoMilliseconds(text);
  if (time !== undefined) return { time };
  throw new BadRequestError(
    `${name} is ${shown(text)}; it must be a segment number, a date, or an ISO 8601 time with its zone such as 2026-01-01T12:00:00Z (a + is written %2B).`,
  );
}

function parseLast(query: URLSearchParams): number | undefined {
  const text = singleValue(query, "last");
  if (text === undefined) return undefined;
  const last = parseSegmentNumber(text);
  if (last !== undefined && last >= 1 && last <= MAX_RECORDS) return last;
  throw new BadRequestError(`last is ${shown(text)}; it must be a number of segments from 1 to ${MAX_RECORDS}.`);
}
