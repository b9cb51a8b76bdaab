/** The flags that set how timecodes are taken, by the option's name in a configuration file. */
export const TIMECODE_FLAGS = {
  source: "--timecode",
  utcOffset: "--utc-offset",
  timeZone: "--time-zone",
  maxClockError: "--max-clock-error",
  wait: "--timecode-wait",
  numberOffset: "--number-offset",
} as const;
