/** What the help of `simulate` says after the options. */
export const SIMULATE_HELP = `
URLs:
  udp://HOST:PORT    seven packets a datagram; unicast or multicast
                     ?ttl=N              how many routers a datagram may pass
                     &interface=ADDRESS  local interface that multicast leaves by
  srt://HOST:PORT    through srt-live-transmit, as caller or (without a host) as listener
                     ?mode=caller|listener  &passphrase=TEXT  &pbkeylen=16|24|32  &latency=MS  &streamid=TEXT
  file:PATH          a file that grows in real time, or at once with --fast
  -                  standard output

Every picture carries its UTC timecode (H.264 pic_timing) and scores (user_data_unregistered) that change with time,
with a deep dip once a minute. The stream is a function of the clock: two simulators send the same.

Rate: the sample's pictures are played at the rate asked for and the sound at its own, so at a rate other than the
sample's the loops of pictures and sound part company: the sound fits the time, but not what is seen.

Faults, at a TIME (10s, 1m, 500ms) since the start of the simulation; /RENDITION is the number of a video, from 1:
  missing-iframe@10s/2     the next I-frame is left out; with +DURATION all of that time
  timecode-stop@20s+5s     pictures without timecode; without +DURATION for ever
  timecode-freeze@20s+5s   the timecode of the first picture is repeated
  timecode-jump@30s=+10s   timecodes are moved from then on, by time (-1h) or pictures (+2p); with +DURATION for that
                           long: timecode-jump@30s+5s=-1h
  restart@60s+3s           the encoder is silent (2s unless said), and begins anew with another clock
  gap@70s+3s               the link is down; with /RENDITION nothing comes of that video
  rain@20s+30s=2%          a share of packets is lost (on the outputs of --rain-output); with /RENDITION of that video
  freeze@20s+5s            scores say that pictures are frozen (freeze=1), and fall
  black@20s+5s             scores say that pictures are black (black=1); fidelity is high, as black is easy to encode
  dip@20s+5s=30            scores fall by so many points

Rain is the same each time for the same options and --seed. It damages packets on their way to the outputs, of --rain-output
only if that is given. With --control it is changed while it runs:
  curl -X PUT 127.0.0.1:8081/rain -d '{"loss":"2%","burst":3,"output":1}'   also reorder, duplicate, bit-errors
  curl 127.0.0.1:8081/rain                                                  what is on, and what was done so far
  curl -X DELETE 127.0.0.1:8081/rain                                        ends it

Examples:
  mqa-packager simulate --out udp://127.0.0.1:5000
  mqa-packager simulate --out 'udp://239.1.1.1:5000?interface=127.0.0.1' 'srt://:9000'
  mqa-packager simulate --out - | ffprobe -
  mqa-packager simulate --rate 29.97 --start 2026-08-01T23:59:50Z --duration 30s --fast --out file:midnight.m2ts
  mqa-packager simulate --split --out udp://127.0.0.1:5001 udp://127.0.0.1:5002 --fault gap@20s+5s/2
  mqa-packager simulate --out udp://127.0.0.1:5001 udp://127.0.0.1:5002 --fault rain@20s+30s=2% --rain-output 1
docs/simulate.md has an example for each fault, for midnight and for the wrap of the clock.
`;
