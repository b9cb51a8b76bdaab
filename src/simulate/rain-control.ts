import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ConfigError } from "../problem/config-error.ts";
import { type Link, linkDamage } from "./link.ts";
import type { Rain } from "./rain.ts";
import { parseRain, rainSettingNames, type WrittenRain, writeRain, writeShare } from "./rain-settings.ts";

/** Six short values; much more is none of ours. */
const MAX_BODY_BYTES = 1024;

/** A client that needs longer is stuck. */
const REQUEST_TIMEOUT_MS = 5000;

const PATH = "/rain";

const BODY = `it must be a JSON object with ${rainSettingNames.join(", ")} (what is absent is off) and output`;

/** Where the rain can be changed. */
export type ControlAddress = { readonly host: string; readonly port: number };

/**
 * Lets the rain on links be asked for and changed over HTTP while the simulation runs: GET, PUT or POST, and DELETE of `/rain`.
 *
 * @throws ConfigError - when the address cannot be listened on.
 */
export class RainControl {
  readonly #server: Server;
  readonly #links: readonly Link[];

  private constructor(links: readonly Link[]) {
    this.#links = links;
    this.#server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  static async open({ host, port }: ControlAddress, links: readonly Link[]): Promise<RainControl> {
    const control = new RainControl(links);
    control.#server.listen({ host, port });
    try {
      await once(control.#server, "listening");
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new ConfigError("--control", `${host}:${port}`, `it must be an address to listen on: ${reason}`);
    }
    return control;
  }

  /** Where it is to be found. */
  get url(): string {
    const { address, family, port } = this.#server.address() as AddressInfo;
    return `http://${family === "IPv6" ? `[${address}]` : address}:${port}${PATH}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? "/", "http://simulator");
    if (pathname !== PATH) return send(response, 404, { error: `there is ${PATH} only` });
    switch (request.method) {
      case "GET":
      case "HEAD":
        break;
      case "DELETE":
        for (const { rain } of this.#links) rain.end();
        break;
      case "PUT":
      case "POST":
        try {
          this.#change(await readBody(request));
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          // What is left of the body is not read.
          response.setHeader("Connection", "close");
          return send(response, 400, { error: error.message });
        }
        break;
      default:
        response.setHeader("Allow", "GET, HEAD, PUT, POST, DELETE");
        return send(response, 405, { error: "the methods are GET, PUT, POST and DELETE" });
    }
    send(response, 200, { outputs: this.#links.map(linkState) });
  }

  /** @throws ConfigError */
  #change(text: string): void {
    const { output, ...written } = parseBody(text);
    const settings = parseRain(written, "");
    for (const rain of this.#chosen(output)) rain.change(settings);
  }

  #chosen(output: unknown): readonly Rain[] {
    if (output === undefined) return this.#links.map(({ rain }) => rain);
    const link = this.#links.find(({ number }) => number === output);
    if (link === undefined) throw new ConfigError("output", output, `it must be from 1 to ${this.#links.length}`);
    return [link.rain];
  }
}

function linkState(link: Link): object {
  const showers = link.rain.showers.map(({ loss, pid }) => ({
    loss: writeShare(loss),
    ...(pid !== undefined && { pid }),
  }));
  const { output, url, ...damage } = linkDamage(link);
  return { output, url, rain: writeRain(link.rain.settings), showers, ...damage };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new ConfigError("body", `over ${MAX_BODY_BYTES} bytes`, BODY);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** @throws ConfigError */
function parseBody(text: string): WrittenRain & { readonly output?: unknown } {
  const body = parseJson(text);
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw new ConfigError("body", text, BODY);
  const { output, ...settings } = body as { readonly [name: string]: unknown };
  const written = Object.entries(settings).map(([name, value]) => {
    const isKnown = rainSettingNames.some((known) => known === name);
    if (!isKnown || !(typeof value === "string" || typeof value === "number")) throw new ConfigError(name, value, BODY);
    return [name, String(value)] as const;
  });
  return { ...Object.fromEntries(written), output };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new ConfigError("body", text, BODY);
    throw error;
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  response.end(`${JSON.stringify(body)}\n`);
}
