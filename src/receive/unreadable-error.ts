/** Thrown where the boxes of an object cannot be read; it is caught where the object is judged. */
export class UnreadableError extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = "UnreadableError";
  }
}
