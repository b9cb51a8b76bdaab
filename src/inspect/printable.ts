/** Text that a terminal shows as it is: every character but printable ASCII made `?`, cut after `max`. */
export function printable(text: string, max: number): string {
  const safe = text.slice(0, max).replace(/[^\x20-\x7e]/g, "?");
  return text.length > max ? `${safe}...` : safe;
}
