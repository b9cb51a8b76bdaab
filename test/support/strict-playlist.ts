import { parse, setOptions, types } from "hls-parser";

/** Reads a media playlist with hls-parser, to which any fault is an error. */
export function parseMediaPlaylist(text: string): types.MediaPlaylist {
  // It still asks for version 8 where there is an EXT-X-GAP, as the drafts of 2017 did.
  const playlist = parseStrictly(text.includes("#EXT-X-GAP") ? text.replace(/VERSION:\d+/, "VERSION:8") : text);
  if (!(playlist instanceof types.MediaPlaylist)) throw new Error("it is no media playlist");
  return playlist;
}

/** Reads a multivariant playlist with hls-parser, to which any fault is an error. */
export function parseMultivariantPlaylist(text: string): types.MasterPlaylist {
  const playlist = parseStrictly(text);
  if (!(playlist instanceof types.MasterPlaylist)) throw new Error("it is no multivariant playlist");
  return playlist;
}

function parseStrictly(text: string): ReturnType<typeof parse> {
  setOptions({ strictMode: true });
  return parse(text);
}
