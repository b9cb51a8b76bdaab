import type { AudioConfiguration } from "./track-configuration.ts";

/** Keeps one configuration object for as long as the fields it is made of stay the same. */
export class AudioConfigurationCache {
  #key: number | string | undefined;
  #configuration: AudioConfiguration | undefined;

  /** @param key - Differs where what `build` makes differs. */
  get(key: number | string, build: () => AudioConfiguration): AudioConfiguration {
    if (this.#configuration === undefined || key !== this.#key) {
      this.#key = key;
      this.#configuration = build();
    }
    return this.#configuration;
  }
}
