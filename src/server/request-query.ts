import type { Request } from "express";
import { BadRequestError } from "./bad-request-error.ts";

/** Of what a client wrote no more than this is shown: enough to find it by. */
const MAX_SHOWN = 40;

/**
 * Reads the query of a request's URL. What is misspelt is refused, since an answer without it would be taken for the one asked for.
 *
 * @param known - The parameters there are.
 * @throws BadRequestError
 */
export function requestQuery(request: Request, known: readonly string[]): URLSearchParams {
  const [, text = ""] = /\?(.*)$/s.exec(request.url) ?? [];
  const query = new URLSearchParams(text);
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new BadRequestError(`There is no parameter ${shown(unknown)}; there are ${known.join(", ")}.`);
  }
  return query;
}

/**
 * The one value of a parameter.
 *
 * @returns undefined where it is not given.
 * @throws BadRequestError - where it is given more than once.
 */
export function singleValue(query: URLSearchParams, name: string): string | undefined {
  const [value, another] = query.getAll(name);
  if (another !== undefined) throw new BadRequestError(`${name} is given more than once.`);
  return value;
}

/** What a client wrote, as one short line. */
export function shown(text: string): string {
  return JSON.stringify(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text);
}
