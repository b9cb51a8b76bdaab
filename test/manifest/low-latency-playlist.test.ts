import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { writeMediaPlaylist } from "../../src/manifest/media-playlist.ts";
import { defaultQualitySignals } from "../../src/manifest/quality-signals.ts";
import type { Milliseconds } from "../../src/time/units.ts";
import { FIRST, LowLatencyChannel, PARTS, type TrackId } from "../store/low-latency-channel.ts";
import { LowLatencyPlaylistChecker } from "../support/ll-hls-checker.ts";
import { parseMediaPlaylist } from "../support/strict-playlist.ts";

function write(channel: LowLatencyChannel, id: TrackId, skips = false): string {
  const snapshot = channel.store.snapshot()!;
  const track = snapshot.tracks.find((one) => one.track.id === id)!;
  return writeMediaPlaylist(snapshot, track, defaultQualitySignals, { skips });
}

describe("the playlist of a channel of low latency", () => {
  const channel = new LowLatencyChannel(24_000 as Milliseconds);
  channel.segments(FIRST, FIRST + 14);
  channel.parts(FIRST + 15, 0);
  channel.part("v1", FIRST + 15, 1);

  test("is as kept, whole and as a delta update", async () => {
    await expect(write(channel, "v1")).toMatchFileSnapshot("../golden/low-latency/v1/index.m3u8");
    await expect(write(channel, "v1", true)).toMatchFileSnapshot("../golden/low-latency/v1/delta.m3u8");
    await expect(write(channel, "a1")).toMatchFileSnapshot("../golden/low-latency/a1/index.m3u8");
  });

  test("is read by a strict parser", () => {
    const { segments, lowLatencyCompatibility, partTargetDuration } = parseMediaPlaylist(write(channel, "v1"));
    expect([lowLatencyCompatibility?.canBlockReload, partTargetDuration]).toEqual([true, 0.5]);
    expect(segments.at(-1)!.parts.map(({ uri }) => uri)).toEqual([0, 1, 2].map((k) => `${FIRST + 15}.${k}.m4s`));
    expect(segments.at(-1)!.parts[2]!.hint).toBe(true);
  });

  test("has no delta updates where date ranges say the scores", () => {
    const snapshot = channel.store.snapshot()!;
    const signals = { ...defaultQualitySignals, dateRange: true };
    const text = writeMediaPlaylist(snapshot, snapshot.tracks[0]!, signals, { skips: true });
    expect(text).not.toContain("SKIP");
    expect(text).toMatch(/URI="\d+\.3\.m4s"\n#EXT-X-DATERANGE:[^\n]+\n#EXTINF/);
  });
});

/** Steps that a channel can take, and what the playlists of both tracks look like after each. */
function follow(steps: readonly ((channel: LowLatencyChannel) => void)[], window = 24_000): readonly string[] {
  const channel = new LowLatencyChannel(window as Milliseconds);
  channel.segments(FIRST, FIRST + 3);
  const checkers = (["v1", "a1"] as const).flatMap((id) =>
    [false, true].map((skips) => ({ id, skips, checker: new LowLatencyPlaylistChecker(1) })),
  );
  const faults: string[] = [];
  for (const step of [() => {}, ...steps]) {
    step(channel);
    for (const { id, skips, checker } of checkers) {
      faults.push(...checker.take(write(channel, id, skips), { skips }).map((fault) => `${id} ${skips}: ${fault}`));
    }
    const [whole, delta] = checkers.map(({ checker }) => checker.whole.join("\n").replace(/#EXT-X-MAP[^\n]+\n/g, ""));
    if (whole !== delta) faults.push(`put together it is\n${delta}\nand not\n${whole}`);
  }
  return faults;
}

/** A segment, part by part. @param seen - How many parts of the pictures came. */
function segment(number: number, seen = PARTS): ((channel: LowLatencyChannel) => void)[] {
  return [
    ...Array.from({ length: PARTS }, (_, index) => (channel: LowLatencyChannel) => {
      channel.part("a1", number, index);
      if (index < seen) channel.part("v1", number, index);
    }),
    (channel) => {
      channel.whole("v1", number);
      channel.whole("a1", number);
    },
  ];
}

describe("every reload keeps every rule", () => {
  test("over a hundred segments, while the window slides", () => {
    const steps = Array.from({ length: 100 }, (_, n) => segment(FIRST + 4 + n)).flat();
    expect(follow(steps)).toEqual([]);
  });

  test("where parts and segments are missing, and one track falls behind", () => {
    const next = FIRST + 4;
    const steps = [
      ...segment(next, 1),
      ...segment(next + 1, 2),
      // Two segments are missing.
      ...segment(next + 4),
      ...segment(next + 5),
      // Nothing of sound for three segments.
      ...[6, 7, 8].flatMap((n) => [
        ...Array.from({ length: PARTS }, (_, k) => (channel: LowLatencyChannel) => channel.part("v1", next + n, k)),
        (channel: LowLatencyChannel) => channel.whole("v1", next + n),
      ]),
      ...segment(next + 9),
    ];
    expect(follow(steps)).toEqual([]);
  });

  test("where a segment ends early", () => {
    const next = FIRST + 4;
    const steps = [
      (channel: LowLatencyChannel) => channel.parts(next, 0),
      (channel: LowLatencyChannel) => {
        channel.whole("v1", next, { duration: 12 * 3600 });
        channel.whole("a1", next, { duration: 23 * 1024 });
      },
      ...segment(next + 1),
    ];
    expect(follow(steps)).toEqual([]);
  });

  test("whatever is lost", () => {
    // A segment begins with a picture.
    const one = fc.record({ skip: fc.constantFrom(0, 0, 0, 1, 3), seen: fc.integer({ min: 1, max: PARTS }) });
    const property = fc.property(fc.array(one, { minLength: 5, maxLength: 40 }), (list) => {
      let number = FIRST + 4;
      const steps = list.flatMap(({ skip, seen }) => {
        number += skip + 1;
        return segment(number - 1, seen);
      });
      expect(follow(steps)).toEqual([]);
    });
    fc.assert(property, { numRuns: 30 });
  });
});

describe("the checker finds", () => {
  const channel = new LowLatencyChannel(24_000 as Milliseconds);
  channel.segments(FIRST, FIRST + 14);
  channel.parts(FIRST + 15, 0);
  const good = write(channel, "v1");
  const last = FIRST + 15;

  test("nothing in a good one", () => {
    const checker = new LowLatencyPlaylistChecker(1);
    expect(checker.take(good)).toEqual([]);
    expect(checker.brokenOff.size).toBe(0);
    checker.take(good.replace(/[^\n]+900000014.3.m4s[^\n]+\n/, ""));
    expect([...checker.brokenOff]).toEqual([FIRST + 14]);
  });

  test.for<[name: string, from: string | RegExp, to: string, fault: string]>([
    [
      "a part that is too long",
      'DURATION=0.480000,URI="900000014.1',
      'DURATION=0.510000,URI="900000014.1',
      "lasts 0.51 s",
    ],
    [
      "a part that is too short",
      'DURATION=0.480000,URI="900000014.1',
      'DURATION=0.400000,URI="900000014.1',
      "lasts only 0.4 s",
    ],
    [
      "parts longer than their segment",
      'DURATION=0.480000,URI="900000014.3',
      'DURATION=0.490000,URI="900000014.3',
      "parts of 900000014 last",
    ],
    [
      "a segment longer than the target",
      "#EXTINF:1.920000,\n900000003",
      "#EXTINF:2.520000,\n900000003",
      "900000003 lasts 2.52 s",
    ],
    ["a hold-back that is too small", "PART-HOLD-BACK=1.500000", "PART-HOLD-BACK=1.400000", "PART-HOLD-BACK=1.4"],
    ["a skip boundary that is too near", "CAN-SKIP-UNTIL=12.000000", "CAN-SKIP-UNTIL=11.000000", "CAN-SKIP-UNTIL=11"],
    ["a missing PART-INF", /#EXT-X-PART-INF[^\n]+\n/, "", "0 of EXT-X-PART-INF"],
    ["a gap in a segment", '900000014.3.m4s"', '900000014.3.m4s",GAP=YES', "900000014.3.m4s is a gap"],
    ["a missing hint", /#EXT-X-PRELOAD-HINT[^\n]+\n/, "", "no hint"],
    ["a hint at what is there", /HINT:TYPE=PART,URI="[^"]+"/, `HINT:TYPE=PART,URI="${last}.0.m4s"`, "is there already"],
    ["a missing rendition report", /#EXT-X-RENDITION-REPORT[^\n]+\n/, "", "0 rendition reports"],
    [
      "a space in an attribute list",
      'DURATION=0.480000,URI="900000014.1',
      'DURATION=0.480000, URI="900000014.1',
      "attribute list",
    ],
    ["a missing date", /#EXT-X-PROGRAM-DATE-TIME[^\n]+\n/, "", "has no date"],
    ["a date that steps back", "2024-10-04T00:00:05.760Z", "2024-10-04T00:00:05.700Z", "after the one before"],
    ["a name of a part that is another's", `URI="${last}.0.m4s"`, `URI="${last}.7.m4s"`, `part ${last}.7.m4s`],
  ])("%s", ([, from, to, fault]) => {
    const bad = good.replace(from, to);
    expect(bad).not.toBe(good);
    expect(new LowLatencyPlaylistChecker(1).take(bad).join("\n")).toContain(fault);
  });

  test.for<[name: string, from: string | RegExp, to: string, fault: string]>([
    ["a target duration that changes", "TARGETDURATION:2", "TARGETDURATION:3", "the header changed"],
    ["a part target that changes", "PART-TARGET=0.500000", "PART-TARGET=0.490000", "the header changed"],
    ["a sequence that goes back", /SEQUENCE:900000002/, "SEQUENCE:900000001", "went back"],
    ["a segment that changes", "\n900000012.m4s", "\nother.m4s", "900000012 changed"],
    [
      "a part that changes",
      'URI="900000014.1.m4s"',
      'URI="900000014.1.m4s",INDEPENDENT=YES',
      "parts of 900000014 changed",
    ],
    ["what was waited for and is not there", "x", "x", "is not there"],
  ])("from one to the next: %s", ([, from, to, fault]) => {
    const checker = new LowLatencyPlaylistChecker(1);
    checker.take(good);
    const asked = fault === "is not there" ? { number: last, part: 1 } : {};
    expect(checker.take(good.replace(from, to), asked).join("\n")).toContain(fault);
  });

  test("a delta update that leaves out too much, or that nobody asked for", () => {
    const checker = new LowLatencyPlaylistChecker(1);
    checker.take(good);
    const delta = write(channel, "v1", true);
    expect(checker.take(delta, { skips: true })).toEqual([]);
    expect(checker.take(delta).join()).toContain("nobody asked for");
    const number = /\n(\d+)\.m4s/.exec(delta)![1]!;
    const bad = delta
      .replace(/SKIPPED-SEGMENTS=(\d+)/, (_, n: string) => `SKIPPED-SEGMENTS=${Number(n) + 1}`)
      .replace(new RegExp(`#EXT-X-PROGRAM[^\\n]+\\n#EXTINF[^\\n]+\\n${number}.m4s\\n`), "");
    expect(checker.take(bad, { skips: true }).join()).toContain("skips up to");
  });
});
