/**
 * Stands for Slack, a pager or whatever alerts go to: writes what Alertmanager sends to its webhook, a line an alert.
 *
 * Usage: node alert-receiver.js [PORT]
 */
import { createServer } from "node:http";

/** A message is of a few alerts of a kilobyte each. */
const MAX_BYTES = 1024 * 1024;

const server = createServer((request, response) => {
  const chunks = [];
  let bytes = 0;
  request.on("data", (chunk) => {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) request.destroy();
    else chunks.push(chunk);
  });
  request.on("end", () => {
    response.statusCode = request.method === "POST" ? show(Buffer.concat(chunks).toString()) : 200;
    response.end();
  });
});

/** Returns the status of the answer. */
function show(text) {
  try {
    for (const { status, labels, annotations } of JSON.parse(text).alerts) {
      const { alertname, severity } = labels;
      const what = [alertname, severity, annotations.summary, annotations.runbook_url].filter(Boolean).join(" | ");
      // JSON, so that nothing that was sent ends the line.
      console.log(JSON.stringify(`${status}: ${what}`).slice(1, -1));
    }
    return 200;
  } catch {
    console.log("what came is no message of Alertmanager");
    return 400;
  }
}

server.listen(Number(process.argv[2] ?? 8080));
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
