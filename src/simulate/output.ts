/** Where a simulated stream goes. */
export interface Output {
  /**
   * Takes what is due now. What cannot be passed on in time is dropped, as a network would.
   *
   * @param packets - Whole packets; not written to afterwards.
   * @throws Error - when nothing can be written any more.
   */
  write(packets: Uint8Array): void;
  /**
   * Settles when what was written is passed on: who waits for it after each write loses nothing.
   *
   * @throws Error - when nothing can be written any more.
   */
  passedOn(): Promise<void>;
  /** Ends the output; what was written is passed on as far as possible. */
  close(): Promise<void>;
}

/** Tells the user something, as one line. */
export type Report = (message: string) => void;
