// Plays every channel and shows what the CMSD-Static header of each segment says of it, as hls.js fetches it. All that
// comes from the network goes into the page as text.

/** Segments a chart shows. */
const CHARTED = 60;
/** Size of a table; all of it is there from the start, so that nothing moves. */
const ROWS = 10;
const COLUMNS = 8;
/** Below this a composite score stands out. */
const POOR = 60;
const RETRY_MS = 3000;
const REFRESH_MS = 5000;
const NONE = "–";
const STATES = { starting: "Waiting for the first segment", live: "Live", ended: "Ended" };

const { Hls } = window;
const cards = new Map();

/** Members of a CMSD-Static header; empty where there is none. */
function parseCmsd(text) {
  const members = new Map();
  for (const [, key, quoted, bare] of (text ?? "").matchAll(
    /([a-z*][a-z0-9_.*-]*)(?:=(?:"((?:[^"\\]|\\.)*)"|([^,;]*)))?/g,
  )) {
    members.set(key, quoted ?? bare?.trim());
  }
  return members;
}

/** A number out of a header, or undefined: a score that is missing is neither 0 nor 100. */
function numberOf(text) {
  const number = Number.parseFloat(text);
  return Number.isFinite(number) ? number : undefined;
}

/** What the table and the chart show of one fetched segment. */
function readSegment(fragment, headers, keyPrefix) {
  const cmsd = parseCmsd(headers?.getResponseHeader?.("CMSD-Static"));
  const score = (name) => numberOf(cmsd.get(`${keyPrefix}-${name}`));
  const [, track, number] = /([^/]+)\/([0-9]+)\.m4s$/.exec(new URL(fragment.url).pathname) ?? [];
  const kind = cmsd.get("ot") === "a" || fragment.type === "audio" ? "audio" : "video";
  return {
    kind,
    track: track === undefined ? NONE : decodeURIComponent(track),
    number: Number(number ?? fragment.sn),
    duration: (numberOf(cmsd.get("d")) ?? fragment.duration * 1000) / 1000,
    bitrate: numberOf(cmsd.get("br")),
    mqa: score(kind),
    vmaf: score("vmaf") ?? score("vmaf-hd") ?? score("vmaf-uhd") ?? score("vmaf-mobile"),
    psnr: score("psnr"),
    ssim: score("ssim"),
  };
}

/** How a channel knows its time: as good as its worst input, which says why. */
function describeTimecode({ timecode: state, inputs = [] } = {}) {
  if (state === undefined) return NONE;
  const { source, errorPictures, driftPpm, reason } =
    inputs.map(({ timecode }) => timecode).find((timecode) => timecode?.state === state) ?? {};
  const parts = [source === undefined || source === "none" ? state : `${state} (${source.toUpperCase()})`];
  if (errorPictures !== undefined)
    parts.push(`error ${errorPictures} ${Math.abs(errorPictures) === 1 ? "picture" : "pictures"}`);
  if (driftPpm !== undefined) parts.push(`${driftPpm} ppm fast`);
  if (reason !== undefined) parts.push(reason);
  return `Timecode: ${parts.join(", ")}`;
}

/** One channel's player, chart and table. */
class Card {
  #keyPrefix;
  #source;
  #article;
  #video;
  #hls;
  #started = false;
  #failure;
  #recent = [];
  #points = new Map();

  constructor(channel, keyPrefix) {
    this.#keyPrefix = keyPrefix;
    this.#source = `.${channel.hls}`;
    this.#article = document.querySelector("#channel").content.cloneNode(true).querySelector("article");
    this.#video = this.#find("video");
    this.#video.muted = true;
    this.#find("h2").textContent = channel.name;
    this.#find(".hls").href = this.#source;
    this.#find(".dash").href = `.${channel.dash}`;
    for (let row = 0; row < ROWS; row++) this.#addRow();
    document.querySelector("#channels").append(this.#article);
  }

  /** Starts to play once there is something, and says what the channel does. */
  update({ state, status }) {
    if (state !== "starting" && !this.#started) this.#play();
    this.#write(".timecode", describeTimecode(status), status?.timecode !== "locked");
    const text = this.#failure === undefined ? STATES[state] : `Trying again: ${this.#failure}`;
    this.#write(".state", this.#started && !Hls.isSupported() ? `${text} (this browser hides the scores)` : text);
  }

  #play() {
    this.#started = true;
    if (!Hls.isSupported()) {
      this.#video.src = this.#source;
      return;
    }
    this.#hls = new Hls({ enableWorker: false, capLevelToPlayerSize: true, maxBufferLength: 12, backBufferLength: 10 });
    this.#hls.on(Hls.Events.FRAG_LOADED, (_event, { frag, networkDetails }) => {
      if (Number.isInteger(frag.sn)) this.#show(readSegment(frag, networkDetails, this.#keyPrefix));
    });
    this.#hls.on(Hls.Events.ERROR, (_event, { fatal, details }) => {
      if (fatal) this.#restart(details);
    });
    this.#hls.loadSource(this.#source);
    this.#hls.attachMedia(this.#video);
  }

  #restart(failure) {
    this.#failure = failure;
    this.#hls.destroy();
    setTimeout(() => this.#play(), RETRY_MS);
  }

  #show(segment) {
    const { kind, number, mqa, vmaf } = segment;
    this.#failure = undefined;
    this.#recent = [segment, ...this.#recent].slice(0, ROWS);
    this.#list();
    const point = this.#points.get(number) ?? {};
    point[kind] = mqa;
    if (kind === "video") point.vmaf = vmaf;
    this.#points.set(number, point);
    this.#draw();
    this.#write(`dl .${kind} dd`, mqa ?? NONE, mqa < POOR);
    if (kind === "video") this.#write("dl .vmaf dd", vmaf?.toFixed(1) ?? NONE);
  }

  #addRow() {
    const row = this.#find("tbody").insertRow();
    for (let cell = 0; cell < COLUMNS; cell++) row.insertCell().textContent = "\u00a0";
    row.cells[0].className = "number";
  }

  /** Writes the newest segments into the rows, which stay where they are. */
  #list() {
    const rows = this.#find("tbody").rows;
    for (const [i, { kind, track, number, duration, bitrate, mqa, vmaf, psnr, ssim }] of this.#recent.entries()) {
      const texts = [
        number,
        track,
        duration.toFixed(3),
        bitrate,
        mqa,
        vmaf?.toFixed(2),
        psnr?.toFixed(2),
        ssim?.toFixed(2),
      ];
      for (const [cell, text] of texts.entries()) rows[i].cells[cell].textContent = text ?? NONE;
      rows[i].className = kind;
      rows[i].cells[4].className = mqa < POOR ? "poor" : "";
    }
  }

  /** Draws each score against the segment number; a missing one leaves a gap. */
  #draw() {
    const newest = Math.max(...this.#points.keys());
    for (const number of this.#points.keys()) if (number <= newest - CHARTED) this.#points.delete(number);
    for (const kind of ["video", "audio", "vmaf"]) {
      let path = "";
      let previous;
      for (const number of [...this.#points.keys()].sort((a, b) => a - b)) {
        const value = this.#points.get(number)[kind];
        if (value === undefined) continue;
        const at = `${number - newest + CHARTED - 1} ${100 - value}`;
        path += previous === number - 1 ? `L${at}` : `M${at}h0`;
        previous = number;
      }
      this.#find(`svg .${kind}`).setAttribute("d", path);
    }
  }

  #write(selector, text, poor = false) {
    const element = this.#find(selector);
    if (element.textContent !== String(text)) element.textContent = text;
    element.classList.toggle("poor", poor);
  }

  #find(selector) {
    return this.#article.querySelector(selector);
  }
}

/** Asks which channels there are, every few seconds; new ones get a card. */
async function refresh() {
  setTimeout(refresh, REFRESH_MS);
  const answer = await fetch("api/channels", { cache: "no-store" })
    .then((response) => response.json())
    .catch(() => undefined);
  const { keyPrefix, channels = [] } = answer ?? {};
  for (const channel of channels) {
    if (!cards.has(channel.name)) cards.set(channel.name, new Card(channel, keyPrefix));
    cards.get(channel.name).update(channel);
  }
  const count = channels.length === 1 ? "1 channel" : `${channels.length} channels`;
  document.querySelector("#service").textContent = answer ? count : "The packager does not answer";
}

void refresh();
