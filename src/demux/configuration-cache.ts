import { equalBytes } from "../bytes/equal-bytes.ts";
import { MalformedError } from "../problem/malformed-error.ts";
import type { VideoConfiguration } from "./track-configuration.ts";

/** Keeps a stream's configuration object the same while what it describes is the same. */
export class ConfigurationCache {
  #key: string | undefined;
  #value: VideoConfiguration | undefined;

  /**
   * @param key - Changes whenever the parameter sets may have changed.
   * @param describe - Makes the configuration; parameter sets that cannot be described yield undefined, which is reported
   *   with the pictures that refer to them.
   */
  get(key: string, describe: () => VideoConfiguration): VideoConfiguration | undefined {
    if (key === this.#key) return this.#value;
    this.#key = key;
    const fresh = attempt(describe);
    const same = fresh && this.#value && equalBytes(fresh.decoderConfiguration, this.#value.decoderConfiguration);
    if (!same) this.#value = fresh;
    return this.#value;
  }
}

function attempt(describe: () => VideoConfiguration): VideoConfiguration | undefined {
  try {
    return describe();
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}
