import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeCmsdStatic } from "@svta/cml-cmsd";
import { beforeAll, describe, expect, test } from "vitest";
import type { TrackReport } from "../../src/receive/tracks.ts";
import { composeServices, composeText } from "../support/compose-file.ts";
import { ComposeProcesses } from "../support/compose-processes.ts";
import { dockerfileText, readDockerfile } from "../support/dockerfile.ts";
import { lacking } from "../support/lacking.ts";
import { PROJECT } from "../support/packager.ts";
import { processStarter } from "../support/processes.ts";
import { parseMediaPlaylist } from "../support/strict-playlist.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { until } from "../support/until.ts";

const PACKAGERS = ["packager-a", "packager-b"] as const;
const TRACKS = ["v1", "v3", "a1", "a2"];
/** What a receiver counts where two push the same, and the one that came second had begun before the other. */
const NO_FAULTS = ["repeated", "back-filled"];
/** Segments are compared that both have, so many of each track. */
const COMPARED = 2;
/** What rain takes at least; what an encoder's scores swing by between two segments does not matter, as both have these. */
const POINTS_LOST = 5;

const services = composeServices(composeText());
const folder = temporaryFolder();
const start = processStarter();
const document = readFileSync(join(PROJECT, "docs/container.md"), "utf8");

describe.skipIf(lacking("srt-live-transmit"))("the services of docker-compose.yml, as processes", () => {
  let compose: ComposeProcesses;

  beforeAll(async () => {
    compose = await ComposeProcesses.open(services, readDockerfile(dockerfileText()), folder, start);
  });

  /** Waits until what a service depends on is healthy, as Compose does, and starts it. */
  async function up(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const conditions = (services.get(name)!.raw["depends_on"] ?? {}) as Readonly<Record<string, unknown>>;
      for (const condition of Object.keys(conditions)) await healthy(condition);
      compose.start(name);
    }
  }

  function healthy(name: string): Promise<boolean> {
    return until(`${name} to be healthy`, async () => {
      const running = compose.running(name);
      if (running.hasEnded) throw new Error(`${name} ended: ${running.stdout}${running.stderr}`);
      return (await compose.health(name)) === 0;
    });
  }

  /** Numbers of the segments of a track that a packager lists; none while there is no playlist. */
  async function numbers(name: string, track: string): Promise<readonly number[]> {
    const response = await fetch(`${compose.url(name, 8080)}/news/${track}/index.m3u8`);
    if (!response.ok) return [];
    const { segments } = parseMediaPlaylist(await response.text());
    return segments.filter(({ gap }) => !gap).map(({ mediaSequenceNumber }) => mediaSequenceNumber);
  }

  /** A segment with its quality. */
  async function segment(name: string, track: string, number: number): Promise<Published> {
    const response = await fetch(`${compose.url(name, 8080)}/news/${track}/${number}.m4s`);
    expect(response.status).toBe(200);
    const cmsd = decodeCmsdStatic(response.headers.get("CMSD-Static")!) as Record<string, unknown>;
    return { bytes: Buffer.from(await response.arrayBuffer()), cmsd };
  }

  /** Waits until both packagers list so many segments of a track from a number on, and returns the numbers. */
  function inBoth(track: string, from = 0): Promise<readonly number[]> {
    return until(`${track} of both`, async () => {
      const [a, b] = await Promise.all(PACKAGERS.map((name) => numbers(name, track)));
      const both = a!.filter((number) => number >= from && b!.includes(number));
      return both.length >= COMPARED && both;
    });
  }

  test("packagers are healthy without a source, and not ready", async () => {
    expect(await compose.health("packager-a")).toBe(1);
    await up("receiver", ...PACKAGERS);
    for (const name of ["receiver", ...PACKAGERS]) await healthy(name);
    for (const name of PACKAGERS) expect((await fetch(`${compose.url(name, 8080)}/readyz`)).status).toBe(503);
  });

  test("they are ready once the source sends, and publish the same segments with scores", async () => {
    await up("source");
    await healthy("source");
    for (const track of TRACKS) {
      for (const number of await inBoth(track)) {
        const [a, b] = await Promise.all(PACKAGERS.map((name) => segment(name, track, number)));
        expect(a!.bytes.equals(b!.bytes), `${track} ${number}`).toBe(true);
        const score = `org.svta.mqa-${track.startsWith("v") ? "video" : "audio"}`;
        expect(a!.cmsd[score]).toBeGreaterThan(0);
        expect(a!.cmsd[score]).toBe(b!.cmsd[score]);
        expect([a!.cmsd["n"], b!.cmsd["n"]]).toEqual(PACKAGERS);
      }
    }
    for (const name of PACKAGERS) expect((await fetch(`${compose.url(name, 8080)}/readyz`)).status).toBe(200);
  });

  test("the receiver gets all tracks from both, without a fault", async () => {
    await until("segments from both", async () => {
      const response = await fetch(`${compose.url("receiver", 8081)}/api/tracks`);
      const { tracks } = (await response.json()) as { readonly tracks: readonly TrackReport[] };
      for (const { problems } of tracks) expect(NO_FAULTS).toEqual(expect.arrayContaining(Object.keys(problems)));
      return tracks.length >= TRACKS.length && tracks.every(({ problems }) => problems.repeated! >= COMPARED);
    });
    for (const name of PACKAGERS) {
      const { push } = (await channel(name)).status;
      expect(push).toMatchObject([{ lost: 0, lastStatus: 200 }]);
    }
  });

  async function channel(name: string): Promise<{ readonly status: { readonly push: readonly unknown[] } }> {
    const response = await fetch(`${compose.url(name, 8080)}/api/channels`);
    return ((await response.json()) as { channels: { status: { push: unknown[] } }[] }).channels[0]!;
  }

  describe.skipIf(lacking("prometheus", "prometheus-alertmanager"))("with Debian's Prometheus and Alertmanager", () => {
    test("Prometheus scrapes both packagers, has its rules and knows the Alertmanager", async () => {
      await up("alert-receiver", "alertmanager", "prometheus");
      await healthy("alert-receiver");
      await healthy("alertmanager");
      await healthy("prometheus");
      const api = `${compose.url("prometheus", 9090)}/api/v1`;
      const data = async (path: string): Promise<unknown> =>
        ((await (await fetch(`${api}/${path}`)).json()) as { readonly data: unknown }).data;
      await until("both to be scraped", async () => {
        const query = encodeURIComponent("mqa_packager_segment_score{track='v1'}");
        const { result } = (await data(`query?query=${query}`)) as { readonly result: readonly unknown[] };
        return result.length === PACKAGERS.length;
      });
      const { groups } = (await data("rules")) as {
        readonly groups: readonly { readonly rules: readonly unknown[] }[];
      };
      expect(groups.flatMap(({ rules }) => rules).length).toBeGreaterThan(0);
      await until("the Alertmanager to be known", async () => {
        const { activeAlertmanagers } = (await data("alertmanagers")) as { readonly activeAlertmanagers: unknown[] };
        return activeAlertmanagers.length === 1;
      });
    });
  });

  test("the documented command lets it rain on A, whose score falls while B's does not, and the other ends it", async () => {
    const [before] = (await inBoth("v1")).slice(-1);
    await control("PUT");
    // The first whole segment in the rain is the one after the next.
    const rained = await until("a segment of A that was rained on", async () => {
      for (const number of await inBoth("v1", before! + 1)) {
        const [a, b] = await Promise.all(PACKAGERS.map((name) => segment(name, "v1", number)));
        const [worse, better] = [a!, b!].map(({ cmsd }) => cmsd["org.svta.mqa-video"] as number);
        if (worse! + POINTS_LOST <= better!) return { number, a: a!.cmsd, b: b!.cmsd };
      }
      return undefined;
    });
    expect(rained.a["org.svta.mqa-errors"]).toBeGreaterThan(0);
    expect(rained.b["org.svta.mqa-errors"]).toBe(0);
    await control("DELETE");
    await until("a segment that both have alike again", async () => {
      for (const number of await inBoth("v1", rained.number + 1)) {
        const [a, b] = await Promise.all(PACKAGERS.map((name) => segment(name, "v1", number)));
        if (a!.bytes.equals(b!.bytes)) return true;
      }
      return undefined;
    });
  });

  /** Does what a command of the document does with curl. */
  async function control(method: "PUT" | "DELETE"): Promise<void> {
    const [, url, body] = new RegExp(`^curl -X ${method} (http://\\S+)(?: -d '(.*)')?$`, "m").exec(document)!;
    const response = await fetch(compose.published(url!), { method, ...(body !== undefined && { body }) });
    expect(response.status).toBe(200);
  }

  test("SIGTERM ends each of them with 0, within the time that Compose gives it", async () => {
    const started = [...services.values()].filter(({ name }) => compose.running(name) !== undefined);
    expect(started.length).toBeGreaterThanOrEqual(4);
    const codes = started.map(async ({ name, stopGraceSeconds }) => {
      const running = compose.running(name);
      void running.end("SIGTERM");
      await until(`${name} to end`, () => running.hasEnded, stopGraceSeconds * 1000);
      return [name, running.child.exitCode];
    });
    expect(await Promise.all(codes)).toEqual(started.map(({ name }) => [name, 0]));
  });
});

/** A segment that was fetched, with its `CMSD-Static`. */
type Published = { readonly bytes: Buffer; readonly cmsd: Readonly<Record<string, unknown>> };
