/** A request that no answer fits: becomes a 400 with this message, one sentence. */
export class BadRequestError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "BadRequestError";
  }
}
