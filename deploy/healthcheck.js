/**
 * The health check of the image: ends with 0 if a service of this container answers, else with 1 and the reason.
 *
 * Usage: node healthcheck.js [URL]
 *
 * Without a URL it is `/healthz` of `run`, at the address that MQA_PACKAGER_LISTEN gives, else at port 8080.
 */

/** Less than the 5 s after which the check is given up from outside, so that the reason is told. */
const TIMEOUT_MS = 4000;

/** Where a service can be reached that listens on all addresses. */
const LOOPBACK = { "": "127.0.0.1", "0.0.0.0": "127.0.0.1", "[::]": "[::1]" };

const [, host = "", port = "8080"] = /^(.*):(\d+)$/.exec(process.env.MQA_PACKAGER_LISTEN ?? "") ?? [];
const url = process.argv[2] ?? `http://${LOOPBACK[host] ?? host}:${port}/healthz`;

try {
  const { ok, status } = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  console.log(`${url}: ${status}`);
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  console.log(`${url}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
