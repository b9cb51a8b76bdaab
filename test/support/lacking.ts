import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Says which of the programs a test needs are not installed, and prints that the test is left out.
 *
 * @returns false where all are there: made for `describe.skipIf`.
 */
export function lacking(...programs: readonly string[]): string | false {
  const absent = programs.filter((program) => !isInstalled(program));
  if (absent.length === 0) return false;
  return leftOut(`not installed: ${absent.join(", ")}`);
}

/** Prints why tests are left out, and returns it. */
export function leftOut(reason: string): string {
  console.warn(`Tests left out: ${reason}.`);
  return reason;
}

function isInstalled(program: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
