/** Which objects of a track a receiver has, so that those that nobody needs any more can be deleted there. */
export class KeptObjects {
  /** Numbers rise. */
  readonly #segments: { readonly number: number; readonly name: string; readonly init: string }[] = [];
  /** By name of an init segment, how many of them need it. */
  readonly #uses = new Map<string, number>();

  /** The receiver has a segment and its init segment; again, where it is sent again. */
  add(segment: { readonly number: number; readonly name: string; readonly init: string }): void {
    let at = this.#segments.length;
    while (at > 0 && this.#segments[at - 1]!.number > segment.number) at--;
    if (this.#segments[at - 1]?.number === segment.number) return;
    this.#segments.splice(at, 0, segment);
    this.#uses.set(segment.init, (this.#uses.get(segment.init) ?? 0) + 1);
  }

  /** @returns The names of what is not needed any more, the oldest first; they are forgotten here. */
  expire(needs: (number: number) => boolean): readonly string[] {
    const names: string[] = [];
    while (this.#segments[0] !== undefined && !needs(this.#segments[0].number)) {
      const { name, init } = this.#segments.shift()!;
      const uses = this.#uses.get(init)! - 1;
      names.push(name);
      this.#uses.set(init, uses);
      if (uses > 0) continue;
      this.#uses.delete(init);
      names.push(init);
    }
    return names;
  }
}
