import { describe, expect, test } from "vitest";
import { chanLoc, channelLocations, countChannels } from "../../src/ac3/channel-locations.ts";

describe("channel locations", () => {
  // ETSI TS 102 366 table 4.3.
  test.for([
    [0, 2],
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 3],
    [5, 4],
    [6, 4],
    [7, 5],
  ])("acmod %i has %i channels, and one more with LFE", ([acmod, channels]) => {
    expect(countChannels(channelLocations(acmod!, false))).toBe(channels);
    expect(countChannels(channelLocations(acmod!, true))).toBe(channels! + 1);
  });

  test("all sixteen bits together are twenty-two channels", () => {
    expect(countChannels(0xffff)).toBe(22);
  });

  test("a dependent substream that replaces the surrounds of 5.1 and adds a rear pair makes 7.1", () => {
    expect(countChannels(channelLocations(7, true) | 0x1a00)).toBe(8);
  });

  // ETSI TS 102 366 table F.6.1.
  test.for([
    ["Lc/Rc", 0x0400, 0x001],
    ["Lrs/Rrs", 0x0200, 0x002],
    ["Cs", 0x0100, 0x004],
    ["Ts", 0x0080, 0x008],
    ["Lsd/Rsd", 0x0040, 0x010],
    ["Lw/Rw", 0x0020, 0x020],
    ["Lvh/Rvh", 0x0010, 0x040],
    ["Cvh", 0x0008, 0x080],
    ["Lts/Rts, which has no bit", 0x0004, 0],
    ["LFE2", 0x0002, 0x100],
    ["5.1, which needs none", 0xf801, 0],
  ] as const)("the box says where the channels are: %s", ([, chanmap, expected]) => {
    expect(chanLoc(chanmap)).toBe(expected);
  });
});
