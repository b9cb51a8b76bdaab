import type { SeiMessage } from "../sei/message.ts";
import { type MqaUuid, matchesMqaUuid } from "../sei/mqa-uuid.ts";
import { payloadTypes } from "../sei/payload-types.ts";
import { formatUuid } from "../sei/user-data-unregistered.ts";

/** By payloadType, in both formats. @spec Rec. ITU-T H.264 D.1.1, H.265 D.2.1 */
const names: ReadonlyMap<number, string> = new Map([
  [0, "buffering_period"],
  [1, "pic_timing"],
  [2, "pan_scan_rect"],
  [3, "filler_payload"],
  [6, "recovery_point"],
  [19, "film_grain_characteristics"],
  [45, "frame_packing_arrangement"],
  [47, "display_orientation"],
  [128, "structure_of_pictures_info"],
  [129, "active_parameter_sets"],
  [130, "decoding_unit_info"],
  [132, "decoded_picture_hash"],
  [136, "time_code"],
  [137, "mastering_display_colour_volume"],
  [144, "content_light_level_info"],
  [147, "alternative_transfer_characteristics"],
  [148, "ambient_viewing_environment"],
]);

/** user_data_unregistered that is met everywhere. */
const wellKnownUuids: ReadonlyMap<string, string> = new Map([
  ["dc45e9bd-e6d9-48b7-962c-d820d923eeef", "x264 user data"],
  ["2ca2de09-b517-47db-bb55-a4fe7fc2fc4e", "x265 user data"],
  ["4d495350-6d69-6372-6f73-656374696d65", "MISB timestamp"],
  ["a8687dd4-d759-3758-a5ce-f0338b6545f1", "MISB timestamp"],
  ["cf848278-ee23-306c-9265-e8fef22fb8b8", "MISB timestamp (ns)"],
]);

const UUID_BYTES = 16;

/** What an SEI message is, in words: unknown user data by its UUID. */
export function seiName({ payloadType, payload }: SeiMessage, mqaUuids: readonly MqaUuid[]): string {
  if (payloadType === payloadTypes.userDataRegistered) return registeredName(payload);
  if (payloadType !== payloadTypes.userDataUnregistered) return names.get(payloadType) ?? `type ${payloadType}`;
  const uuid = payload.subarray(0, UUID_BYTES);
  if (uuid.length < UUID_BYTES) return "user data without UUID";
  if (matchesMqaUuid(uuid, mqaUuids)) return "quality scores";
  const text = formatUuid(uuid);
  return wellKnownUuids.get(text) ?? `user data ${text}`;
}

/** itu_t_t35_country_code of the United States, and terminal providers there. */
const USA = 0xb5;
const ATSC = 0x0031;
const DOLBY = 0x003b;
const SAMSUNG = 0x003c;

/** user_data_type_code of GA94. @spec ATSC A/53 part 4, table 6.7 */
const CC_DATA = 0x03;
const BAR_DATA = 0x06;

/** @spec Rec. ITU-T T.35; ATSC A/53 part 4 6.2.3; SMPTE ST 2094-40 annex A for HDR10+ */
function registeredName(payload: Uint8Array): string {
  const [country = 0, high = 0, low = 0] = payload;
  const provider = high * 256 + low;
  if (country === USA && provider === ATSC) {
    const identifier = String.fromCharCode(...payload.subarray(3, 7));
    if (identifier === "DTG1") return "AFD (DTG1)";
    if (identifier === "GA94" && payload[7] === CC_DATA) return "captions (GA94)";
    if (identifier === "GA94") return payload[7] === BAR_DATA ? "bar data (GA94)" : "GA94";
  }
  if (country === USA && provider === DOLBY) return "Dolby metadata";
  if (country === USA && provider === SAMSUNG && payload[3] === 0 && payload[4] === 1) return "HDR10+";
  return `T.35 country 0x${country.toString(16)} provider 0x${provider.toString(16).padStart(4, "0")}`;
}
