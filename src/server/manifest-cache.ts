import type { ChannelSnapshot } from "../store/segment.ts";
import { NegotiatedText } from "./negotiated-text.ts";

/**
 * The manifests of the snapshots that are current, each written once, when first asked for.
 *
 * Entries belong to the snapshot object and go when the store drops it, so that a channel nobody watches costs nothing
 * and no segment outlives its window because a playlist named it.
 */
export class ManifestCache {
  readonly #bySnapshot = new WeakMap<ChannelSnapshot, Map<string, NegotiatedText>>();

  /**
   * @param name - Which manifest of the channel. Never a URL as the client wrote it: percent-encoding gives it
   *   countless spellings.
   * @param write - Gives its text; called at most once for a snapshot and name.
   */
  get(snapshot: ChannelSnapshot, name: string, contentType: string, write: () => string): NegotiatedText {
    let manifests = this.#bySnapshot.get(snapshot);
    if (manifests === undefined) {
      manifests = new Map();
      this.#bySnapshot.set(snapshot, manifests);
    }
    let manifest = manifests.get(name);
    if (manifest === undefined) {
      manifest = new NegotiatedText(contentType, write());
      manifests.set(name, manifest);
    }
    return manifest;
  }
}
