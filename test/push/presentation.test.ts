import { validateCmcdHeaders } from "@svta/cml-cmcd";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PushTarget } from "../../src/push/push-target.ts";
import type { Segment } from "../../src/store/segment.ts";
import { a1, audioInit, audioSegment, FIRST, v1, videoInit, videoSegment } from "../store/media.ts";
import { until } from "../support/until.ts";
import { allAnswered, ms, openTarget } from "./pushed.ts";
import { answer, Receiver } from "./receiver.ts";

const video = (n: number): Segment => videoSegment(FIRST + n, videoInit("0a"));
const sound = (n: number): Segment => audioSegment(FIRST + n, audioInit("0b"), 2);

let receiver: Receiver;
let target: PushTarget;
let changes: string[];

beforeEach(async () => {
  receiver = new Receiver();
  await receiver.open();
  changes = [];
});

afterEach(async () => {
  await target.close(ms(0));
  await receiver.close();
});

const PRESENTATION = { interface: 2, naming: "served" } as const;

function push(from: number, to: number): void {
  for (let n = from; n <= to; n++) {
    target.push(v1, video(n));
    target.push(a1, sound(n));
  }
}

/** What it has of a name. */
const at = (name: string): string | undefined =>
  receiver.received.findLast(({ url, method }) => method !== "DELETE" && url === `/live/news/${name}`)?.body.toString();

const listed = (playlist: string | undefined): number[] =>
  [...(playlist ?? "").matchAll(/(?<!GAP\n(?:#[^\n]*\n)*)\n(\d+)\.m4s/g)].map(([, number]) => Number(number) - FIRST);

/** What manifests name that the receiver did not have when they came. */
function dangling(): readonly string[] {
  const there = new Set<string>();
  const wrong: string[] = [];
  for (const { method, url, body } of receiver.received) {
    const name = url.replace("/live/news/", "");
    if (method === "DELETE") there.delete(name);
    else there.add(name);
    const folder = name.slice(0, name.lastIndexOf("/") + 1);
    const lines = name.endsWith("/index.m3u8") ? body.toString().split("\n") : [];
    const gaps = new Set(lines.flatMap((line, i) => (line === "#EXT-X-GAP" ? [lines[i + 3]] : [])));
    const media = lines.filter((line) => /^\d/.test(line) && !gaps.has(line));
    const inits = lines.flatMap((line) => /MAP:URI="(.*)"/.exec(line)?.[1] ?? []);
    const playlists = name === "index.m3u8" ? [...body.toString().matchAll(/[\w/]+\.m3u8/g)].map(([uri]) => uri) : [];
    for (const uri of [...media, ...inits, ...playlists]) if (!there.has(folder + uri)) wrong.push(`${name}: ${uri}`);
  }
  return wrong;
}

describe("a presentation that is pushed", () => {
  test("arrives in the order that a player there needs, named as its manifests name it", async () => {
    target = openTarget(receiver.origin, changes, PRESENTATION);
    push(0, 3);
    await until("the MPD", async () => at("manifest.mpd")?.includes('r="3"'), 5000);
    for (const id of ["v1", "a1"])
      await until(`${id}`, async () => listed(at(`${id}/index.m3u8`)).join() === "0,1,2,3", 5000);
    expect(at("index.m3u8")).toContain("v1/index.m3u8");
    expect(at("manifest.mpd")).not.toContain("UTCTiming");
    expect(dangling()).toEqual([]);
    const first = (name: string): number => receiver.names.indexOf(name);
    expect(first("v1/init-0a.mp4")).toBeLessThan(first(`v1/${FIRST}.m4s`));
    const types = new Map(receiver.received.map(({ url, headers }) => [/[^/.]+$/.exec(url)![0], headers]));
    expect([...types].map(([extension, headers]) => [extension, headers["content-type"]])).toEqual(
      expect.arrayContaining([
        ["mpd", "application/dash+xml"],
        ["m3u8", "application/vnd.apple.mpegurl"],
      ]),
    );
    expect(types.get("mpd")!["cmcd-object"]).toBe("ot=m");
    expect(types.get("mpd")!["cmcd-session"]).toContain("sf=d");
    expect(types.get("m3u8")!["cmcd-session"]).toContain("sf=h");
    expect(types.get("m4s")!["cmcd-session"]).not.toContain("sf=");
    for (const { headers } of receiver.received) {
      const shown = Object.entries(headers).filter(([key]) => key.startsWith("cmcd-")) as [string, string][];
      expect(validateCmcdHeaders(new Headers(shown), { version: 2 }).issues).toEqual([]);
    }
  });

  test("names nothing that is not there, whatever the receiver answers", async () => {
    const statuses = fc.constantFrom(...Array<undefined>(8).fill(undefined), 503, 429);
    const property = fc.asyncProperty(fc.infiniteStream(statuses), async (stream) => {
      const own = new Receiver();
      await own.open();
      receiver.received.length = 0;
      own.behave = (request, response) => {
        const status = stream.next().value;
        return status === undefined ? undefined : answer(request, response, status);
      };
      target = openTarget(own.origin, changes, PRESENTATION, { window: ms(10_000) });
      push(0, 5);
      await until(
        "the playlists",
        async () => {
          receiver.received.splice(0, receiver.received.length, ...own.received);
          return (
            [v1, a1].every(({ id }) => listed(at(`${id}/index.m3u8`)).includes(5)) && at("manifest.mpd") !== undefined
          );
        },
        20_000,
      );
      expect(dangling()).toEqual([]);
      await target.close(ms(0));
      await own.close();
    });
    await fc.assert(property, { numRuns: 3, endOnFailure: true });
  }, 90_000);

  test("has a gap where the receiver missed something for good, and does not take it back", async () => {
    await receiver.close();
    target = openTarget(receiver.origin, changes, { ...PRESENTATION, queue: ms(4000) }, { window: ms(20_000) });
    push(0, 6);
    await until("a failure", async () => target.status().state === "retrying", 3000);
    await receiver.open();
    await until("all of it", async () => target.status().sent === 14, 10_000);
    push(7, 7);
    await until("the playlist", async () => listed(at("v1/index.m3u8")).includes(7), 5000);
    // The newest was first, and what was passed over is there all the same.
    expect(listed(at("v1/index.m3u8"))).toEqual([6, 7]);
    expect(at(`v1/${FIRST + 2}.m4s`)).toBeDefined();
    expect(dangling()).toEqual([]);
  });

  test("deletes what no player needs any more, where that is asked for", async () => {
    target = openTarget(receiver.origin, changes, { ...PRESENTATION, deletes: true }, { window: ms(6000) });
    for (let n = 0; n < 12; n++) {
      push(n, n);
      await until(`segment ${n}`, async () => listed(at("a1/index.m3u8")).includes(n), 5000);
    }
    const deleted = (): string[] =>
      receiver.received.filter(({ method }) => method === "DELETE").map(({ url }) => url.replace("/live/news/", ""));
    await until("deletions", async () => deleted().length >= 6, 5000);
    expect(deleted().filter((name) => name.startsWith("v1"))).toEqual(
      Array.from({ length: deleted().filter((name) => name.startsWith("v1")).length }, (_, n) => `v1/${FIRST + n}.m4s`),
    );
    // At least what is listed stays.
    expect(deleted()).not.toContain(`v1/${FIRST + 8}.m4s`);
    expect(dangling()).toEqual([]);
    expect(changes).toEqual([]);
  });

  test("goes on where the receiver does not delete", async () => {
    receiver.behave = (request, response) => (request.method === "DELETE" ? answer(request, response, 405) : undefined);
    target = openTarget(receiver.origin, changes, { ...PRESENTATION, deletes: true }, { window: ms(6000) });
    for (let n = 0; n < 12; n++) {
      push(n, n);
      await until(`segment ${n}`, async () => listed(at("a1/index.m3u8")).includes(n), 5000);
    }
    expect(changes).toEqual(["deletions: deletes nothing there, as that is answered with 405"]);
    await allAnswered(target, 24);
    expect(target.status().retried).toBe(0);
  });

  test("goes on where a deletion is not answered", async () => {
    receiver.behave = (request) => request.method === "DELETE";
    target = openTarget(receiver.origin, changes, { ...PRESENTATION, deletes: true }, { window: ms(6000) });
    for (let n = 0; n < 12; n++) {
      push(n, n);
      await until(`segment ${n}`, async () => listed(at("a1/index.m3u8")).includes(n), 5000);
    }
    await until("all answers", async () => target.status().sent === 24, 5000);
    expect(target.status().retried).toBe(0);
  });

  test("has all of its manifests where they come more often than the receiver takes them", async () => {
    const own = receiver;
    own.behave = (request, response) => {
      if (!/m3u8|mpd/.test(request.url!)) return undefined;
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () =>
        setTimeout(() => {
          const { method = "", url = "", headers } = request;
          own.received.push({ method, url, headers, body: Buffer.concat(chunks), connection: 0 });
          response.end();
        }, 60),
      );
      return true;
    };
    target = openTarget(receiver.origin, changes, PRESENTATION);
    for (let n = 0; n < 12; n++) {
      push(n, n);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    for (const name of ["v1/index.m3u8", "a1/index.m3u8", "index.m3u8", "manifest.mpd"]) expect(at(name)).toBeDefined();
    await until("the newest", async () => at("manifest.mpd")?.includes('r="11"'), 5000);
    expect(dangling()).toEqual([]);
  });

  test("ends when the channel does", async () => {
    target = openTarget(receiver.origin, changes, PRESENTATION);
    push(0, 3);
    target.end();
    await until("the end", async () => at("v1/index.m3u8")?.includes("#EXT-X-ENDLIST"), 5000);
    await until("the end", async () => at("manifest.mpd")?.includes('type="static"'), 5000);
    await until("the end", async () => at("a1/index.m3u8")?.includes("#EXT-X-ENDLIST"), 5000);
    for (const id of ["v1", "a1"]) expect(listed(at(`${id}/index.m3u8`))).toEqual([0, 1, 2, 3]);
    expect(dangling()).toEqual([]);
  });
});

describe("a receiver that redirects", () => {
  test("is followed, without credentials where that is another host", async () => {
    const other = new Receiver();
    await other.open();
    receiver.behave = (request, response) =>
      answer(request, response, 307, { Location: `${other.origin}/edge${request.url!.replace("/live/", "/")}` });
    target = openTarget(receiver.origin, changes, { authorization: "Basic eDp5" });
    for (let n = 0; n < 3; n++) target.push(v1, video(n));
    await until("all of it", async () => other.received.length === 4, 5000);
    expect(other.received.map(({ url }) => url)).toEqual(
      ["init", FIRST, FIRST + 1, FIRST + 2].map((one) => `/edge/news/v1/${one}.cmfv`),
    );
    expect(receiver.requests).toBe(1);
    expect(other.received.some(({ headers }) => headers.authorization !== undefined)).toBe(false);
    await allAnswered(target, 3);
    expect(target.status().retried).toBe(0);
    await other.close();
  });

  test("to one that is down comes back to the receiver, however often that is, and goes there when it is up", async () => {
    const other = new Receiver();
    await other.open();
    await other.close();
    receiver.behave = (request, response) =>
      answer(request, response, 307, { Location: `${other.origin}${request.url}` });
    target = openTarget(receiver.origin, changes);
    target.push(v1, video(0));
    await until("many attempts", async () => receiver.requests > 6, 20_000);
    await other.open();
    await until("it to arrive", async () => target.status().sent === 1, 8000);
    expect(changes).not.toContain("v1 refused status 307");
    await other.close();
  }, 40_000);

  test("relative to what was asked for is understood so", async () => {
    receiver.behave = (request, response) =>
      request.url!.startsWith("/live/news/v1/")
        ? answer(request, response, 308, { Location: `../edge/v1/${request.url!.split("/").at(-1)}` })
        : undefined;
    target = openTarget(receiver.origin, changes);
    target.push(v1, video(0));
    await until("it to arrive", async () => receiver.received.length === 2, 5000);
    expect(receiver.received.map(({ url }) => url)).toEqual([
      "/live/news/edge/v1/init.cmfv",
      `/live/news/edge/v1/${FIRST}.cmfv`,
    ]);
  });

  test("in circles, or to what is no place for it, is refused", async () => {
    for (const to of ["", "/elsewhere", "ftp://x/v1/init.cmfv"]) {
      receiver.requests = 0;
      receiver.behave = (request, response) =>
        answer(request, response, 302, { Location: to === "" ? request.url! : to });
      target = openTarget(receiver.origin, changes);
      target.push(v1, video(0));
      await until("the refusal", async () => target.status().state === "refused", 3000);
      expect(receiver.requests).toBe(to === "" ? 6 : 1);
      await target.close(ms(0));
    }
  });
});
