import type { QualityHeaders } from "../quality/publish-headers.ts";

/** Requests are answered in the order in which they came: neighbours were held equally long. */
const MAX_VARIANTS = 16;

/** Headers of objects, kept as long as these. An object has others when nothing will follow it, and for each time a request was held. */
export class HeadersCache {
  readonly #made = new WeakMap<object, Map<string, QualityHeaders>>();

  get(
    object: object,
    { live, held }: { readonly live: boolean; readonly held?: number | undefined },
    make: () => QualityHeaders,
  ): QualityHeaders {
    let variants = this.#made.get(object);
    if (variants === undefined) {
      variants = new Map();
      this.#made.set(object, variants);
    }
    const key = `${live} ${held}`;
    let headers = variants.get(key);
    if (headers === undefined) {
      headers = make();
      if (variants.size >= MAX_VARIANTS) variants.clear();
      variants.set(key, headers);
    }
    return headers;
  }
}
