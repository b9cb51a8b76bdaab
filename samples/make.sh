#!/bin/sh
# Makes the samples, or those named, with ffmpeg (libx264 and its own AAC encoder). README.md says what they must have in
# common.
set -eu
cd "$(dirname "$0")"

full=$(mktemp)
trap 'rm -f "$full"' EXIT

X264="open-gop=0:b-pyramid=none:force-cfr=1:pic-struct=1:nal-hrd=vbr"
COLOUR="-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv"
PLAIN="-fflags +bitexact -f mpegts -mpegts_m2ts_mode 0"

# One group of 48 pictures more than the loop needs. Tones and movements close after 7.68 s.
make_testcard_25() {
  ffmpeg -v error -y \
    -f lavfi -i "testsrc2=size=1280x720:rate=25:duration=9.6" \
    -f lavfi -i "color=white@0.75:size=120x120:rate=25:duration=9.6,format=yuva420p" \
    -f lavfi -i "aevalsrc='0.2*sin(2*PI*t*1690/7.68)*(1+sin(2*PI*t*8/7.68))|0.2*sin(2*PI*t*2534/7.68)*(1+cos(2*PI*t*8/7.68))':sample_rate=48000:duration=10" \
    -f lavfi -i "aevalsrc='0.2*sin(2*PI*t*3380/7.68)*(1+cos(2*PI*t*16/7.68))|0.2*sin(2*PI*t*4224/7.68)*(1+sin(2*PI*t*16/7.68))':sample_rate=48000:duration=10" \
    -filter_complex "[0:v][1:v]overlay=x='(W-w)*(0.5-0.5*cos(2*PI*t/7.68))':y='(H-h)*(0.5-0.5*cos(2*PI*t/1.92))',scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,split=3[v0][b][c];[b]scale=960:540[v1];[c]scale=640:360[v2]" \
    -map "[v0]" -map "[v1]" -map "[v2]" -map 2:a -map 3:a \
    -c:v libx264 -preset slow -profile:v high -g 48 -keyint_min 48 -sc_threshold 0 -bf 2 -x264-params "$X264" $COLOUR \
    -b:v:0 1400k -maxrate:v:0 1800k -bufsize:v:0 1800k \
    -b:v:1 700k -maxrate:v:1 900k -bufsize:v:1 900k \
    -b:v:2 300k -maxrate:v:2 400k -bufsize:v:2 400k \
    -c:a aac -b:a 64k -metadata:s:a:0 language=eng -metadata:s:a:1 language=deu \
    -flags:v +bitexact -flags:a +bitexact $PLAIN "$full"
  without_first_group 1.92 testcard-25.m2ts
}

# One group of 60 pictures more than the loop needs. Tones and movements close after 8 s.
make_testcard_30() {
  ffmpeg -v error -y \
    -f lavfi -i "testsrc2=size=640x360:rate=30:duration=10" \
    -f lavfi -i "color=white@0.75:size=60x60:rate=30:duration=10,format=yuva420p" \
    -f lavfi -i "aevalsrc='0.2*sin(2*PI*t*220)*(1+sin(2*PI*t))|0.2*sin(2*PI*t*330)*(1+cos(2*PI*t))':sample_rate=48000:duration=10.5" \
    -filter_complex "[0:v][1:v]overlay=x='(W-w)*(0.5-0.5*cos(2*PI*t/8))':y='(H-h)*(0.5-0.5*cos(2*PI*t/2))',scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,split=3[v0][b][c];[b]scale=480:270[v1];[c]scale=320:180[v2]" \
    -map "[v0]" -map "[v1]" -map "[v2]" -map 2:a \
    -c:v libx264 -preset slow -profile:v high -g 60 -keyint_min 60 -sc_threshold 0 -bf 2 -x264-params "$X264" $COLOUR \
    -b:v:0 550k -maxrate:v:0 700k -bufsize:v:0 700k \
    -b:v:1 280k -maxrate:v:1 360k -bufsize:v:1 360k \
    -b:v:2 140k -maxrate:v:2 180k -bufsize:v:2 180k \
    -c:a aac -b:a 64k -metadata:s:a:0 language=eng \
    -flags:v +bitexact -flags:a +bitexact $PLAIN "$full"
  without_first_group 2 testcard-30.m2ts
}

# Without the first group, whose buffering and audio encoding begin from nothing, the end fits to the beginning.
without_first_group() {
  ffmpeg -v error -y -ss "$1" -i "$full" -map 0 -c copy $PLAIN "$2"
}

[ $# -gt 0 ] || set -- testcard-25 testcard-30
for name; do "make_$(echo "$name" | tr - _)"; done
