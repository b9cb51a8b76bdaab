/**
 * Tells whether a name may stand in CMSD or CMCD beside the reserved keys: lower case, with a hyphen that is neither its first
 * nor its last character. `org.svta.mqa-video` may, `org.svta.mqa` may not. One wrong key makes receivers drop the
 * whole header.
 *
 * @spec CTA-5004, CTA-5006 custom keys; RFC 8941, 3.1.2
 */
export function isCustomKey(name: string): boolean {
  return /^[a-z][a-z0-9.-]*-[a-z0-9.-]*[a-z0-9.]$/.test(name);
}
