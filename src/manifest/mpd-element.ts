/**
 * An element of an MPD as the XML builder takes it: attributes under names with an `@`, then child elements in schema
 * order.
 */
export type MpdElement = { readonly [name: string]: string | number | boolean | MpdElement | readonly MpdElement[] };
