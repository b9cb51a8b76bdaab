// One rendition: its score over the window as a line, and what its newest segment says. All that comes from the network goes
// into the page as text.

/** Segments a chart shows. */
const CHARTED = 60;
/** Segments that are kept to look at. */
const KEPT = 60;
export const NONE = "–";

/** Metrics that a line has room for, as they are called. */
const COMPONENTS = { vmaf: "VMAF", "vmaf-hd": "VMAF-HD", "vmaf-uhd": "VMAF-UHD", psnr: "PSNR", ssim: "SSIM" };

/** What one segment says, as the page writes it. */
export function readReport({ number, duration, size, quality }) {
  const { score, metrics, pictures, transport } = quality;
  const metric = (name) => metrics[name]?.value;
  const ssim = metric("ssim");
  return {
    number,
    kilobits: Math.round((size * 8) / duration / 1000),
    score: score?.value,
    source: score?.source,
    penalties: Object.entries(score?.penalties ?? {}).map(([name, points]) => ({ name, points: Math.round(points) })),
    errors: transport.reduce((sum, { events }) => sum + events, metric("errors") ?? 0),
    lost: pictures.lost,
    damaged: pictures.damaged + pictures.undecodable,
    vmaf: metric("vmaf") ?? metric("vmaf-hd") ?? metric("vmaf-uhd") ?? metric("vmaf-mobile"),
    psnr: metric("psnr"),
    ssim: ssim === undefined || ssim > 1 ? ssim : Math.max(0, ssim * 100),
    components: Object.entries(COMPONENTS).flatMap(([name, title]) => {
      const value = name === "ssim" && ssim <= 1 ? ssim * 100 : metric(name);
      return value === undefined ? [] : [`${title} ${value.toFixed(1)}`];
    }),
  };
}

/** What a segment lost points for, and what the encoder said. */
export function describe({ penalties, components, errors, lost, damaged }) {
  const parts = penalties.map(({ name, points }) => `−${points} ${name.replaceAll("-", " ")}`);
  if (errors > 0) parts.push(`${errors} ${errors === 1 ? "error" : "errors"}`);
  if (lost > 0) parts.push(`${lost} lost`);
  if (damaged > 0) parts.push(`${damaged} damaged`);
  return [...parts, ...components].join(" · ");
}

function titleOf({ kind, width, height, channels, language }) {
  if (kind === "video") return `${width}×${height}`;
  return [language, channels === 1 ? "mono" : channels === 2 ? "stereo" : `${channels} channels`]
    .filter(Boolean)
    .join(" ");
}

/** One row of a channel's card. */
export class Rendition {
  /** By segment number, oldest first. */
  #reports = new Map();
  #row;
  #threshold;

  /** @param onChosen - Called when the user wants to see its segments. */
  constructor(track, group, threshold, onChosen) {
    this.track = track;
    this.#threshold = threshold;
    this.#row = document.querySelector("#rendition").content.cloneNode(true).querySelector("label");
    this.#row.classList.add(track.kind);
    this.#find("strong").textContent = track.id;
    this.#find("small").textContent = titleOf(track);
    this.#find("svg").setAttribute("aria-label", `Scores of ${track.id}, 0 to 100`);
    this.#find(".threshold").setAttribute("d", `M0 ${100 - threshold}H${CHARTED - 1}`);
    const input = this.#find("input");
    input.name = group;
    input.addEventListener("change", onChosen);
  }

  get element() {
    return this.#row;
  }

  get newest() {
    return [...this.#reports.keys()].at(-1);
  }

  /** Newest first. */
  get reports() {
    return [...this.#reports.values()].reverse();
  }

  choose() {
    this.#find("input").checked = true;
  }

  /** @param records - Oldest first. */
  add(records) {
    for (const record of records) {
      if (this.newest === undefined || record.number > this.newest)
        this.#reports.set(record.number, readReport(record));
    }
    const first = this.newest - KEPT;
    for (const number of this.#reports.keys()) if (number <= first) this.#reports.delete(number);
    this.#draw();
  }

  isPoor({ score }) {
    return score < this.#threshold;
  }

  #draw() {
    const newest = this.#reports.get(this.newest);
    if (newest === undefined) return;
    const { score } = newest;
    this.#write(".score", score ?? NONE);
    this.#write(".why", describe(newest) || NONE);
    this.#row.classList.toggle("is-poor", this.isPoor(newest));
    this.#find(".line").setAttribute("d", this.#line());
    this.#find(".poor").setAttribute("d", this.#marks());
  }

  /** The score against the segment number; a missing one leaves a gap. */
  #line() {
    let path = "";
    let previous;
    for (const { number, score } of this.#reports.values()) {
      if (score === undefined) continue;
      path += `${previous === number - 1 ? "L" : "M"}${this.#at(number)} ${100 - score}${previous === number - 1 ? "" : "h0"}`;
      previous = number;
    }
    return path;
  }

  /** A stroke at the foot of each segment under the threshold. */
  #marks() {
    const poor = [...this.#reports.values()].filter((report) => this.isPoor(report));
    return poor.map(({ number, score }) => `M${this.#at(number)} ${100 - score}V100`).join("");
  }

  #at(number) {
    return number - this.newest + CHARTED - 1;
  }

  #write(selector, text) {
    const element = this.#find(selector);
    if (element.textContent !== String(text)) element.textContent = text;
  }

  #find(selector) {
    return this.#row.querySelector(selector);
  }
}
