/** Thrown where a request ends before its body is whole: the sender has gone, or sent what is no HTTP. */
export class BrokenRequestError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "BrokenRequestError";
  }
}
