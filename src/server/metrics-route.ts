import type { Express } from "express";
import { NO_STORE } from "../manifest/cache-control.ts";
import { NegotiatedText } from "./negotiated-text.ts";
import { sendRepresentation } from "./send-representation.ts";

/** What `/metrics` needs of the server's options. */
export type MetricsRouteOptions = {
  /** Gives all metrics as they are now. */
  readonly metrics: { readonly contentType: string; render(): Promise<string> };
};

/** Adds what Prometheus scrapes; compressed where it can take that, as it says the same words for each series. */
export function addMetricsRoute(app: Express, { metrics }: MetricsRouteOptions): void {
  app.get("/metrics", async (request, response) => {
    const text = new NegotiatedText(metrics.contentType, await metrics.render());
    sendRepresentation(request, response, await text.representation(request, { cacheControl: NO_STORE }));
  });
}
