/** Why a recording cannot be played in a loop, as the end of a sentence. Never leaves `readSample`. */
export class SampleError extends Error {
  override readonly name = "SampleError";
}
