import { describe, expect, test } from "vitest";
import { parseTarget, pathOf } from "../../src/receive/object-path.ts";
import { trackId } from "../../src/receive/track-name.ts";

/** `object PATH TYPE`, `streams FOLDER EXTENSION`, `folder`, `forbidden`. */
function told(url: string): string {
  const target = parseTarget(url);
  if (target.kind === "object") return `object ${pathOf(target.object)} ${target.object.contentType}`;
  return target.kind === "streams" ? `streams ${target.folder} ${target.extension}` : target.kind;
}

describe("the path of a request", () => {
  const long = "a".repeat(251);
  test.for([
    ["/", "folder"],
    ["/live/news/", "folder"],
    ["/live/news", "folder"],
    ["/live/news.isml", "folder"],
    ["/live/1.ts", "folder"],
    ["/v1/897.cmfv", "object v1/897.cmfv video/mp4"],
    ["/v1/897.cmfv?token=x", "object v1/897.cmfv video/mp4"],
    ["/x/a1/init.cmfa", "object x/a1/init.cmfa audio/mp4"],
    ["/x/t1/1.cmft", "object x/t1/1.cmft application/mp4"],
    ["/x/m1/1.cmfm", "object x/m1/1.cmfm application/mp4"],
    ["/x/1.m4s", "object x/1.m4s video/iso.segment"],
    ["/x/1.m4v", "object x/1.m4v video/mp4"],
    ["/x/1.m4a", "object x/1.m4a audio/mp4"],
    ["/x/1.mp4", "object x/1.mp4 video/mp4"],
    ["/x/v1.init", "object x/v1.init video/mp4"],
    ["/x/v1.header", "object x/v1.header video/mp4"],
    ["/x/manifest.mpd", "object x/manifest.mpd application/dash+xml"],
    ["/x/v1.m3u8", "object x/v1.m3u8 application/vnd.apple.mpegurl"],
    ["/x/Streams(v1.cmfv)", "streams x/v1 cmfv"],
    ["/x/Switching(s)/Streams(v1.cmfv)", "streams x/Switching(s)/v1 cmfv"],
    ["/Streams%28a1.cmfa%29", "streams a1 cmfa"],
    ["/x/Streams(v1.mpd)", "folder"],
    ["/x/Streams(.cmfv)", "folder"],
    ["/x/.897.cmfv", "forbidden"],
    ["/.x/897.cmfv", "forbidden"],
    ["/x/../897.cmfv", "forbidden"],
    ["/x/%2e%2e/897.cmfv", "forbidden"],
    ["/x%2f..%2f897.cmfv", "forbidden"],
    ["/x/./897.cmfv", "forbidden"],
    ["/x//897.cmfv", "forbidden"],
    ["/x/a b.cmfv", "forbidden"],
    ["/x/a%00.cmfv", "forbidden"],
    ["/x/%ff.cmfv", "forbidden"],
    ["/x/%", "forbidden"],
    ["x/897.cmfv", "forbidden"],
    ["http://host/897.cmfv", "forbidden"],
    ["/1/2/3/4/5/6/7/8.mpd", "object 1/2/3/4/5/6/7/8.mpd application/dash+xml"],
    ["/1/2/3/4/5/6/7/8/9.mpd", "forbidden"],
    ["/1/2/3/4/5/6/7/Streams(v1.cmfv)", "forbidden"],
    [`/${long}aaaa/1.mpd`, `object ${long}aaaa/1.mpd application/dash+xml`],
    [`/${long}aaaaa/1.mpd`, "forbidden"],
    // The hidden file beside an object needs room.
    [`/${long}.mpd`, "forbidden"],
  ] as const)("%s: %s", ([url, expected]) => {
    expect(told(url)).toBe(expected);
  });
});

test.for([
  ["/v1/897.cmfv", false, "v1.cmfv"],
  ["/v1/init.cmfv", true, "v1.cmfv"],
  ["/x/init-stream0.m4s", true, "x/stream0"],
  ["/x/chunk-stream0-00001.m4s", false, "x/stream0"],
  ["/x/chunk-stream10-00001.m4s", false, "x/stream10"],
  ["/x/video_init.mp4", true, "x/video"],
  ["/x/video_12.m4s", false, "x/video"],
  ["/x/1080-5.m4s", false, "x/1080"],
  ["/x/init-1080.m4s", true, "x/1080"],
  ["/x/out7.m4s", false, "x/out"],
  ["/x/v1.init", true, "x/v1"],
  ["/init.mp4", true, "init.mp4"],
] as const)("%s is of track %s", ([url, isInit, expected]) => {
  const target = parseTarget(url);
  expect(target.kind === "object" && trackId(target.object, isInit)).toBe(expected);
});
