import type { ProfileTierLevel } from "./profile-tier-level.ts";

/** general_profile_space 0 to 3. */
const profileSpaces = ["", "A", "B", "C"];

/**
 * The codecs parameter of a stream whose parameter sets are in the sample entry alone, such as `hvc1.1.6.L93.B0`.
 *
 * @spec ISO/IEC 14496-15 Annex E.3
 */
export function codecString(general: ProfileTierLevel): string {
  const profile = `${profileSpaces[general.generalProfileSpace]}${general.generalProfileIdc}`;
  const compatibility = hex(reverse32(general.generalProfileCompatibilityFlags));
  const level = `${general.generalTierFlag ? "H" : "L"}${general.generalLevelIdc}`;
  return ["hvc1", profile, compatibility, level, ...constraintBytes(general.generalConstraintIndicatorFlags)].join(".");
}

function hex(value: number): string {
  return value.toString(16).toUpperCase();
}

/** The 32 bits in reverse order: flag 0 becomes the lowest. */
function reverse32(value: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 32; bit++) reversed = reversed * 2 + (Math.floor(value / 2 ** bit) % 2);
  return reversed;
}

/** The six bytes of constraint flags, zero bytes at the end left out. */
function constraintBytes(flags: number): readonly string[] {
  const bytes: string[] = [];
  for (let rest = flags; rest > 0; rest = (rest * 256) % 2 ** 48) bytes.push(hex(Math.floor(rest / 2 ** 40)));
  return bytes;
}
