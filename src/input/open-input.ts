import { FileInput } from "./file.ts";
import type { Input } from "./input.ts";
import type { InputUrl } from "./input-url.ts";
import { assertReadable, STDIN_PATH } from "./read-chunks.ts";
import { SrtInput } from "./srt.ts";
import { assertSrtAvailable } from "./srt-command.ts";
import { UdpInput } from "./udp.ts";

/**
 * The input a URL names, not yet started.
 *
 * @throws ConfigError - when it cannot work on this machine: no such file, or no srt-live-transmit.
 */
export function openInput(url: InputUrl): Input {
  switch (url.kind) {
    case "stdin":
      return new FileInput(STDIN_PATH);
    case "file":
      assertReadable(url.path);
      return new FileInput(url.path);
    case "udp":
      return new UdpInput(url);
    case "srt":
      assertSrtAvailable();
      return new SrtInput(url);
  }
}
