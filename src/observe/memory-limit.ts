import { totalmem } from "node:os";

/** How much memory the process may have, in bytes: the limit of its container, where that is below what the machine has. */
export function memoryLimit(): number {
  // Without a limit it is 0, or more than any machine has.
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}
