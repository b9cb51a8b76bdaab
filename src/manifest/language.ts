/** Made when first needed: loading the names takes longer than all else at start. */
let englishNames: Intl.DisplayNames | undefined;

/**
 * A language as manifests tag it: the shortest code, so `en` for `eng` and `de` for both `deu` and `ger`.
 *
 * @param code - ISO 639-2, three lower-case letters.
 * @returns Undefined where the code says that the language is unknown (`und`) or there is no code.
 * @spec RFC 5646 2.2.1
 */
export function languageTag(code: string | undefined): string | undefined {
  return code === undefined || code === "und" ? undefined : Intl.getCanonicalLocales(code)[0];
}

/**
 * The English name of a language, for a viewer to choose by; the code itself where it has none.
 *
 * @param tag - As {@link languageTag} gives it.
 */
export function languageName(tag: string): string {
  englishNames ??= new Intl.DisplayNames("en", { type: "language" });
  return englishNames.of(tag) ?? tag;
}
