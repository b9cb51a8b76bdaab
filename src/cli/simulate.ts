import { Command } from "commander";
import { OUTPUT_FORMS } from "../simulate/output-target.ts";
import { DEFAULT_SAMPLE, runSimulation } from "../simulate/simulate.ts";
import { untilSignal } from "./until-signal.ts";

const HELP = `
URLs:
  udp://HOST:PORT    seven packets a datagram; unicast or multicast
                     ?ttl=N              how many routers a datagram may pass
                     &interface=ADDRESS  local interface that multicast leaves by
  srt://HOST:PORT    through srt-live-transmit, as caller or (without a host) as listener
                     ?mode=caller|listener  &passphrase=TEXT  &pbkeylen=16|24|32  &latency=MS  &streamid=TEXT
  file:PATH          a file that grows in real time
  -                  standard output

Every picture carries its UTC timecode (H.264 pic_timing) and scores (user_data_unregistered) that change with time,
with a deep dip once a minute. The stream is a function of the clock: two simulators send the same.

Examples:
  mqa-packager simulate --out udp://127.0.0.1:5000
  mqa-packager simulate --out 'udp://239.1.1.1:5000?interface=127.0.0.1' 'srt://:9000'
  mqa-packager simulate --out - | ffprobe -
`;

/** The command `simulate`. Its action throws ConfigError for options that cannot work. */
export function simulateCommand(): Command {
  return new Command("simulate")
    .summary("send a live test stream")
    .description(
      "Play a sample in a loop for ever as a live encoder would: time stamps never break, " +
        "every picture has a timecode and quality scores.",
    )
    .requiredOption("-o, --out <url...>", `where to send to; one or more of ${OUTPUT_FORMS}`)
    .option("-s, --sample <file>", "transport stream to play: H.264 and AAC, closed GOPs", DEFAULT_SAMPLE)
    .addHelpText("after", HELP)
    .action(async ({ out, sample }: { readonly out: readonly string[]; readonly sample: string }) => {
      const report = (message: string): void => {
        process.stderr.write(`simulate: ${message}\n`);
      };
      await runSimulation({ outputs: out, sample, report }, untilSignal());
    });
}
