export function isMpd(name: string): boolean {
  return name.endsWith(".mpd");
}

/** Of a manifest, by its name. */
export function manifestType(name: string): string {
  return isMpd(name) ? "application/dash+xml" : "application/vnd.apple.mpegurl";
}
