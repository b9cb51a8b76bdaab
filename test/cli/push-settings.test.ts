import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { type PushSettings, parsePush } from "../../src/cli/push-settings.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const folder = temporaryFolder();
const URL_TEXT = "https://origin.example/live/news";

afterEach(() => vi.unstubAllEnvs());

function kept(text: string): string {
  const path = join(folder, "secret");
  writeFileSync(path, text);
  return `file:${path}`;
}

test("a URL is enough", () => {
  const [target] = parsePush("push", [{ url: URL_TEXT }]);
  expect(target).toMatchObject({ method: "PUT", naming: "plain", cmcd: 2, queue: 20_000 });
  expect(target!.url.href).toBe(`${URL_TEXT}/`);
  expect(target).not.toHaveProperty("authorization");
});

test("everything can be set", () => {
  const settings = { url: URL_TEXT, method: "POST", naming: "streams", cmcd: "1", queue: "1m" };
  expect(parsePush("push", [settings])[0]).toMatchObject({ method: "POST", naming: "streams", cmcd: 1, queue: 60_000 });
  expect(parsePush("push", [{ url: URL_TEXT, cmcd: "off" }])[0]).not.toHaveProperty("cmcd");
});

test("a bucket is asked for by host at Amazon's, by path at others, with keys from either place", () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "ID");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "SECRET");
  vi.stubEnv("AWS_SESSION_TOKEN", "TOKEN");
  vi.stubEnv("AWS_REGION", "eu-north-1");
  vi.stubEnv("PUSH_KEY", "KEY:a/b+c=");
  const [amazon] = parsePush("push", [{ url: "s3://live-1/a_b" }]);
  expect(amazon).toMatchObject({
    ...{ shown: "s3://live-1/a_b/", interface: 2, naming: "served", method: "PUT" },
    s3: { region: "eu-north-1", accessKeyId: "ID", secretAccessKey: "SECRET", sessionToken: "TOKEN" },
  });
  expect(amazon!.url.href).toBe("https://live-1.s3.eu-north-1.amazonaws.com/a_b/");
  expect(parsePush("push", [{ url: "s3://a.b.c/x" }])[0]!.url.href).toBe(
    "https://s3.eu-north-1.amazonaws.com/a.b.c/x/",
  );
  const own = { endpoint: "http://127.0.0.1:9000", region: "home", credentials: "env:PUSH_KEY" };
  const [store] = parsePush("push", [{ url: "s3://live", ...own }]);
  expect(store!.url.href).toBe("http://127.0.0.1:9000/live/");
  expect(store!.s3).toEqual({ region: "home", accessKeyId: "KEY", secretAccessKey: "a/b+c=" });
  expect(store).not.toHaveProperty("authorization");
});

test.for([
  ["user:pass word:x\n", "Basic dXNlcjpwYXNzIHdvcmQ6eA=="],
  ["Bearer abc.DEF-123_~+/=", "Bearer abc.DEF-123_~+/="],
  ["Bearer:token", "Basic QmVhcmVyOnRva2Vu"],
] as const)("credentials %j are read from a file and from the environment", ([text, authorization]) => {
  vi.stubEnv("PUSH_SECRET", text);
  for (const credentials of [kept(text), "env:PUSH_SECRET"]) {
    expect(parsePush("push", [{ url: URL_TEXT, credentials }])[0]).toMatchObject({ authorization });
  }
});

test.for<[what: string, settings: Partial<PushSettings>, message: string]>([
  ["a URL that is none", { url: "origin" }, 'push: "origin" is not allowed; it must be the http or https URL'],
  ["another protocol", { url: "ftp://origin/live" }, "it must be the http or https URL of a publishing point"],
  ["a query", { url: `${URL_TEXT}?a=1` }, "it must have neither query nor fragment"],
  [
    "credentials in the URL",
    { url: "https://u:geheim@origin/x" },
    'push: "https://…@origin/x" is not allowed; credentials must',
  ],
  ["a method", { method: "PATCH" }, 'push.method: "PATCH" is not allowed; it must be one of PUT, POST'],
  ["a naming", { naming: "x" }, 'push.naming: "x" is not allowed; it must be one of plain, m4s, streams'],
  ["a version of CMCD", { cmcd: "3" }, 'push.cmcd: "3" is not allowed; it must be one of 1, 2, off'],
  ["an interface", { interface: "3" }, 'push.interface: "3" is not allowed; it must be one of 1, 2'],
  ["names with manifests", { interface: "2", naming: "plain" }, "objects are named as manifests name them"],
  ["deletions with tracks alone", { deletes: "true" }, "with interface 1 the receiver decides what it keeps"],
  ["an MPD of track names", { naming: "streams", mpd: "true" }, "only interface 1 with a path for each object"],
  ["an endpoint of no bucket", { endpoint: "https://x" }, 'push.endpoint: "https://x" is not allowed; only buckets'],
  ["a bucket that is none", { url: "s3://Live" }, "a bucket must be given as s3://bucket/path/"],
  ["a path that leads out of a bucket", { url: "s3://live/../x/" }, "a bucket must be given as s3://bucket/path/"],
  [
    "a bucket of tracks",
    { url: "s3://live", interface: "1", credentials: "env:PUSH_KEY" },
    "a bucket gets presentations: 2",
  ],
  ["a bucket by POST", { url: "s3://live", method: "POST", credentials: "env:PUSH_KEY" }, "a bucket takes PUT only"],
  ["an endpoint with a path", { url: "s3://live", endpoint: "https://x/y" }, "of a store, without a path"],
  ["a key that is none", { url: "s3://live", credentials: "env:PUSH_WORD" }, "must be ACCESS_KEY_ID:SECRET_ACCESS_KEY"],
  ["a bucket without a key", { url: "s3://live" }, "or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY be set"],
  ["a queue", { queue: "11m" }, 'push.queue: "11m" is not allowed'],
  [
    "credentials anywhere",
    { credentials: "u:geheim" },
    'push.credentials: "…" is not allowed; it must be env:NAME or file:PATH',
  ],
  ["a variable that is not there", { credentials: "env:PUSH_NONE" }, "there must be such an environment variable"],
  ["a file that is not there", { credentials: "file:/nowhere" }, "it must be a file that can be read (ENOENT)"],
])("%s is refused", ([, settings, message]) => {
  vi.stubEnv("PUSH_KEY", "ID:SECRET");
  vi.stubEnv("PUSH_WORD", "geheim");
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, undefined);
  expect(() => parsePush("push", [{ url: URL_TEXT, ...settings }])).toThrow(message);
});

test.for(["", "geheim", "Bearer ", "a:geheim\nb", "ä:geheim", `a:${"geheim".repeat(1000)}`])(
  "credentials that are none are refused without being shown: %j",
  (text) => {
    let message = "";
    try {
      parsePush("push", [{ url: URL_TEXT, credentials: kept(text) }]);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/^push\.credentials: .* is not allowed; what is there must be /);
    expect(message).not.toContain("geheim");
  },
);

test.for([
  { url: "https://u:geheim@origin/x" },
  { url: "ftp://u:geheim@origin/x" },
  { url: "http://u:geheim@[x/" },
  { url: "s3://ID:geheim@bucket/" },
  { url: "s3://bucket/", endpoint: "https://u:geheim@store/", credentials: "env:PUSH_KEY" },
])("what stands before an @ is not shown: %j", (settings) => {
  vi.stubEnv("PUSH_KEY", "ID:SECRET");
  expect(() => parsePush("push", [settings])).toThrow(/^(?!.*geheim).* is not allowed; /);
});

test("several targets are named by their place, and none twice", () => {
  expect(() => parsePush("push", [{ url: URL_TEXT }, { url: "x" }])).toThrow('push[1]: "x" is not allowed');
  expect(() => parsePush("push", [{ url: URL_TEXT }, { url: `${URL_TEXT}/` }])).toThrow("another target has that URL");
});
