import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { readPush } from "./read.ts";

const folder = temporaryFolder();
const URL_TEXT = "https://origin.example/live/news";

afterEach(() => vi.unstubAllEnvs());

function kept(text: string): string {
  const path = join(folder, "secret");
  writeFileSync(path, text);
  return `file:${path}`;
}

test("a URL is enough", () => {
  const target = readPush({ url: URL_TEXT });
  expect(target).toMatchObject({ method: "PUT", naming: "plain", cmcd: 2, queue: 20_000 });
  expect(target.url.href).toBe(`${URL_TEXT}/`);
  expect(target).not.toHaveProperty("authorization");
});

test("everything can be set", () => {
  const settings = { url: URL_TEXT, method: "POST", naming: "streams", cmcd: "1", queue: "1m" };
  expect(readPush(settings)).toMatchObject({ method: "POST", naming: "streams", cmcd: 1, queue: 60_000 });
  expect(readPush({ url: URL_TEXT, cmcd: "off" })).not.toHaveProperty("cmcd");
});

test("a bucket is asked for by host at Amazon's, by path at others, with keys from either place", () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "ID");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "SECRET");
  vi.stubEnv("AWS_SESSION_TOKEN", "TOKEN");
  vi.stubEnv("AWS_REGION", "eu-north-1");
  vi.stubEnv("PUSH_KEY", "KEY:a/b+c=");
  const amazon = readPush({ url: "s3://live-1/a_b" });
  expect(amazon).toMatchObject({
    ...{ shown: "s3://live-1/a_b/", interface: 2, naming: "served", method: "PUT" },
    s3: { region: "eu-north-1", accessKeyId: "ID", secretAccessKey: "SECRET", sessionToken: "TOKEN" },
  });
  expect(amazon.url.href).toBe("https://live-1.s3.eu-north-1.amazonaws.com/a_b/");
  expect(readPush({ url: "s3://a.b.c/x" }).url.href).toBe("https://s3.eu-north-1.amazonaws.com/a.b.c/x/");
  const own = { endpoint: "http://127.0.0.1:9000", region: "home", credentials: "env:PUSH_KEY" };
  const store = readPush({ url: "s3://live", ...own });
  expect(store.url.href).toBe("http://127.0.0.1:9000/live/");
  expect(store.s3).toEqual({ region: "home", accessKeyId: "KEY", secretAccessKey: "a/b+c=" });
  expect(store).not.toHaveProperty("authorization");
});

test.for([
  ["user:pass word:x\n", "Basic dXNlcjpwYXNzIHdvcmQ6eA=="],
  ["Bearer abc.DEF-123_~+/=", "Bearer abc.DEF-123_~+/="],
  ["Bearer:token", "Basic QmVhcmVyOnRva2Vu"],
] as const)("credentials %j are read from a file and from the environment", ([text, authorization]) => {
  vi.stubEnv("PUSH_SECRET", text);
  for (const credentials of [kept(text), "env:PUSH_SECRET"]) {
    expect(readPush({ url: URL_TEXT, credentials })).toMatchObject({ authorization });
  }
});

test.for(["", "geheim", "Bearer ", "a:geheim\nb", "ä:geheim", `a:${"geheim".repeat(1000)}`])(
  "credentials that are none are refused without being shown: %j",
  (text) => {
    let message = "";
    try {
      readPush({ url: URL_TEXT, credentials: kept(text) });
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
  expect(() => readPush(settings)).toThrow(/^(?!.*geheim).* is not allowed; /);
});
