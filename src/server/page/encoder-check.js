// How the encoders of a channel are set, one line for each thing that docs/encoders.md asks for. All that comes from the network goes
// into the page as text.

const TITLES = {
  input: "Input",
  timecode: "Timecode",
  "gop-length": "GOP length",
  "closed-gop": "Closed GOPs",
  grid: "I-frames on the grid",
  "picture-rate": "Picture rate",
  scores: "Quality scores",
  sound: "Sound",
  pcr: "PCR",
  loss: "Loss on the way",
  "srt-latency": "SRT latency",
};
/** Worst first. */
const VERDICTS = { wrong: "wrong", attention: "attention", unknown: "not known yet", ok: "ok" };

/** The part of a channel's card that folds out: a summary, and a list for each input. */
export class EncoderCheck {
  #details;

  /** @param details - The `details` element, with a `summary` and a `div` for the lists. */
  constructor(details) {
    this.#details = details;
  }

  /** @param inputs - As `/api/channels` describes them. */
  show(inputs) {
    const checks = inputs.flatMap(({ encoder }) => encoder?.checks ?? []);
    const counts = Object.entries(VERDICTS).flatMap(([verdict, words]) => {
      const count = checks.filter((check) => check.verdict === verdict).length;
      return count === 0 ? [] : [`${count} ${words}`];
    });
    write(this.#details.querySelector("summary"), `Encoder check: ${counts.join(", ") || "–"}`);
    this.#details.dataset.verdict = Object.keys(VERDICTS).find((verdict) =>
      checks.some((check) => check.verdict === verdict),
    );
    const sections = withChildren(this.#details.querySelector("div"), inputs.length, makeSection);
    for (const [i, { url, encoder }] of inputs.entries()) {
      write(sections[i].querySelector("h3"), url);
      const list = encoder?.checks ?? [];
      const items = withChildren(sections[i].querySelector("ul"), list.length, makeItem);
      for (const [j, check] of list.entries()) showCheck(items[j], check);
    }
  }
}

function showCheck(item, { check, tracks = [], verdict, seen }) {
  const [mark, title, text] = item.children;
  item.dataset.verdict = verdict;
  item.title = `docs/encoders.md#${check}`;
  write(mark, VERDICTS[verdict] ?? verdict);
  write(title, TITLES[check] ?? check);
  write(text, tracks.length === 0 ? seen : `${tracks.join(", ")}: ${seen}`);
}

function makeSection() {
  const section = document.createElement("section");
  section.append(document.createElement("h3"), document.createElement("ul"));
  return section;
}

function makeItem() {
  const item = document.createElement("li");
  item.append(...["em", "strong", "span"].map((name) => document.createElement(name)));
  return item;
}

/** Gives an element so many children. Those that stay keep their place, so that a tooltip that is read does too. */
function withChildren(parent, count, make) {
  while (parent.childElementCount > count) parent.lastElementChild.remove();
  while (parent.childElementCount < count) parent.append(make());
  return [...parent.children];
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
