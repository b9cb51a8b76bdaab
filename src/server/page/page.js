// Plays every channel and shows the quality of its renditions, as quality.json tells it. All that comes from the network goes
// into the page as text.
import { EncoderCheck } from "./encoder-check.js";
import { describe, NONE, Rendition } from "./rendition.js";

/** Size of a table; all of it is there from the start, so that nothing moves. */
const ROWS = 8;
const COLUMNS = 8;
/** How many segments a row begins with. */
const FIRST = 60;
const RETRY_MS = 3000;
const REFRESH_MS = 1000;
const STATES = { starting: "Waiting for the first segment", live: "Live", ended: "Ended" };

const { Hls } = window;
const cards = new Map();

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

const PUSH_STATES = { idle: "all sent", sending: "sending", retrying: "failing", refused: "refused" };

/** What becomes of the segments that are pushed to a receiver. */
function describePush({ url, state, behindSeconds, sent, lost, lastError }) {
  const parts = [PUSH_STATES[state] ?? state];
  if (lastError !== undefined) parts.push(lastError);
  if (behindSeconds > 0) parts.push(`${behindSeconds.toFixed(1)} s behind`);
  if (lost > 0) parts.push(`${lost} lost`);
  parts.push(`${sent} sent`);
  return `Push: ${parts.join(", ")} (${url})`;
}

/** How far the packager's clock is ahead of the browser's, in milliseconds. */
const clockOffset = (async () => {
  const asked = Date.now();
  const answer = await fetch("time", { cache: "no-store" });
  const time = Date.parse(await answer.text());
  return time - (asked + Date.now()) / 2;
})().catch(() => 0);

/** Whose the scores in a header are: the segment's own, or those of the one before, which is all that is known of a part. */
function whoseScores(header, keyPrefix, number) {
  const keys = header.split(", ").map((member) => member.split("=")[0]);
  const previous = `${keyPrefix}-prev-`;
  if (keys.some((key) => key.startsWith(`${keyPrefix}-`) && !key.startsWith(previous))) return ` – own, of ${number}`;
  const [, deferred] = header.split(`${previous}seg=`);
  return deferred === undefined ? "" : ` – deferred, of ${Number.parseInt(deferred, 10)}`;
}

async function getJson(url) {
  const response = await fetch(url, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.json();
}

/** One channel's player, its renditions and the segments of one of them. */
class Card {
  #base;
  #threshold;
  #keyPrefix;
  #part;
  #source;
  #article;
  #video;
  #hls;
  #started = false;
  #failure;
  #encoder;
  #renditions = new Map();
  #chosen;
  #asking = false;

  constructor(channel, threshold, keyPrefix) {
    this.#keyPrefix = keyPrefix;
    this.#source = `.${channel.hls}`;
    this.#base = this.#source.slice(0, this.#source.lastIndexOf("/"));
    this.#threshold = threshold;
    this.#article = document.querySelector("#channel").content.cloneNode(true).querySelector("article");
    this.#video = this.#find("video");
    this.#video.muted = true;
    this.#encoder = new EncoderCheck(this.#find(".encoder"));
    this.#find("h2").textContent = channel.name;
    this.#find(".hls").href = this.#source;
    this.#find(".dash").href = `.${channel.dash}`;
    for (let row = 0; row < ROWS; row++) this.#addRow();
    document.querySelector("#channels").append(this.#article);
  }

  /** Starts to play once there is something, and says what the channel does. */
  update({ state, status, tracks = [] }) {
    this.#part = status?.lowLatency?.partSeconds;
    if (state !== "starting" && !this.#started) this.#play();
    void this.#showLatency();
    this.#write(".timecode", describeTimecode(status));
    this.#find(".timecode").classList.toggle("poor", status?.timecode !== "locked");
    this.#showPushes(status?.push ?? []);
    this.#encoder.show(status?.inputs ?? []);
    const text = this.#failure === undefined ? STATES[state] : `Trying again: ${this.#failure}`;
    this.#write(".state", this.#started && !Hls.isSupported() ? `${text} (this browser cannot play it here)` : text);
    for (const track of tracks) if (!this.#renditions.has(track.id)) this.#addRendition(track);
    if (!this.#asking) void this.#ask(tracks);
  }

  #showPushes(pushes) {
    const list = this.#find(".push");
    list.hidden = pushes.length === 0;
    while (list.childElementCount < pushes.length) list.append(document.createElement("li"));
    for (const [i, push] of pushes.entries()) {
      const item = list.children[i];
      item.textContent = describePush(push);
      item.title = item.textContent;
      item.classList.toggle("poor", push.state === "retrying" || push.state === "refused");
    }
  }

  /** How long ago the picture that is shown was taken, by its timecode, and how fast the player is. */
  async #showLatency() {
    const taken = this.#hls?.playingDate?.getTime();
    this.#find(".latency").hidden = this.#part === undefined;
    if (this.#part === undefined || taken === undefined) return;
    const seconds = (Date.now() + (await clockOffset) - taken) / 1000;
    const rate = this.#video.playbackRate;
    const speed = rate === 1 ? "" : `, playing at ${rate.toFixed(2)}`;
    this.#write(".latency", `${seconds.toFixed(1)} s behind the camera, in parts of ${this.#part} s${speed}`);
  }

  /** Asks for what is new of each track. */
  async #ask(tracks) {
    this.#asking = true;
    for (const { id, newest } of tracks) {
      const rendition = this.#renditions.get(id);
      if (newest === undefined || rendition.newest >= newest.number) continue;
      const which = rendition.newest === undefined ? `last=${FIRST}` : `from=${rendition.newest + 1}`;
      const answer = await getJson(`${this.#base}/${encodeURIComponent(id)}/quality.json?${which}`).catch(
        () => undefined,
      );
      rendition.add(answer?.records ?? []);
      if (rendition === this.#chosen) this.#list();
    }
    this.#asking = false;
  }

  #addRendition(track) {
    const rendition = new Rendition(track, `rendition of ${this.#source}`, this.#threshold, () =>
      this.#choose(rendition),
    );
    this.#renditions.set(track.id, rendition);
    this.#find(".renditions").append(rendition.element);
    if (this.#chosen === undefined) this.#choose(rendition);
  }

  #choose(rendition) {
    this.#chosen = rendition;
    rendition.choose();
    this.#find(".json").href = `${this.#base}/${encodeURIComponent(rendition.track.id)}/quality.json`;
    this.#list();
  }

  #play() {
    this.#started = true;
    if (!Hls.isSupported()) {
      this.#video.src = this.#source;
      return;
    }
    this.#hls = new Hls({
      ...{ enableWorker: false, capLevelToPlayerSize: true, maxBufferLength: 12, backBufferLength: 10 },
      ...(this.#part === undefined
        ? { lowLatencyMode: false }
        : { lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.1 }),
    });
    // Brings it back to the live edge where it has fallen far behind. Given above it would have to come with a latency of its own.
    this.#hls.config.liveMaxLatencyDurationCount = 8;
    this.#hls.on(Hls.Events.FRAG_LOADED, (_event, { frag, networkDetails }) => {
      this.#failure = undefined;
      const header = networkDetails?.getResponseHeader?.("CMSD-Static");
      if (!Number.isInteger(frag.sn) || frag.type !== "main" || !header) return;
      this.#write(".header code", header);
      this.#write(".whose", whoseScores(header, this.#keyPrefix, frag.sn));
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

  #addRow() {
    const row = this.#find("tbody").insertRow();
    for (let cell = 0; cell < COLUMNS; cell++) row.insertCell().textContent = "\u00a0";
    row.cells[0].className = "number";
    row.cells[2].className = "wide";
  }

  /** Writes the newest segments of the chosen rendition into the rows, which stay where they are. */
  #list() {
    const { track, reports } = this.#chosen;
    this.#write("caption", `Newest segments of ${track.id}`);
    for (const [i, row] of [...this.#find("tbody").rows].entries()) {
      const report = reports[i];
      const { number, score, penalties = [], errors, lost, vmaf, psnr, ssim } = report ?? {};
      const points = penalties.map(({ name, points }) => `−${points} ${name.replaceAll("-", " ")}`).join(", ");
      const texts = [number, score, points, errors, lost, vmaf?.toFixed(1), psnr?.toFixed(1), ssim?.toFixed(1)];
      for (const [cell, text] of texts.entries()) {
        row.cells[cell].textContent = report === undefined ? "\u00a0" : text === "" ? NONE : (text ?? NONE);
      }
      row.title = report === undefined ? "" : describe(report);
      row.classList.toggle("is-poor", report !== undefined && this.#chosen.isPoor(report));
    }
  }

  #write(selector, text) {
    const element = this.#find(selector);
    if (element.textContent !== String(text)) element.textContent = text;
  }

  #find(selector) {
    return this.#article.querySelector(selector);
  }
}

/** Asks which channels there are, again and again; new ones get a card. */
async function refresh() {
  setTimeout(refresh, REFRESH_MS);
  const answer = await getJson("api/channels").catch(() => undefined);
  const { threshold, keyPrefix, channels = [] } = answer ?? {};
  for (const channel of channels) {
    if (!cards.has(channel.name)) cards.set(channel.name, new Card(channel, threshold, keyPrefix));
    cards.get(channel.name).update(channel);
  }
  const count = channels.length === 1 ? "1 channel" : `${channels.length} channels`;
  document.querySelector("#service").textContent = answer ? count : "The packager does not answer";
}

void refresh();
