/** Catches SIGHUP from now on. What comes before somebody listens is told to whoever does then. */
export class HangUps {
  #isPending = false;
  #listener: (() => void) | undefined;

  constructor() {
    process.on("SIGHUP", () => {
      if (this.#listener === undefined) this.#isPending = true;
      else this.#listener();
    });
  }

  listen(listener: () => void): void {
    this.#listener = listener;
    if (this.#isPending) listener();
    this.#isPending = false;
  }
}
