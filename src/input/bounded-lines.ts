/**
 * Cuts text that comes in pieces into lines, and holds no more than one line of a bounded length.
 *
 * However the text is cut into pieces, the lines are the same.
 */
export class BoundedLines {
  readonly #maxLength: number;
  #line = "";

  /** @param maxLength - Characters; what a line has beyond is left out. */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** @returns The lines that are now whole, without their line feeds. */
  push(text: string): readonly string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      this.#append(text, start, end);
      lines.push(this.#line);
      this.#line = "";
      start = end + 1;
    }
    this.#append(text, start, text.length);
    return lines;
  }

  /** @returns What came after the last line feed, if anything. */
  flush(): readonly string[] {
    const line = this.#line;
    this.#line = "";
    return line === "" ? [] : [line];
  }

  #append(text: string, start: number, end: number): void {
    this.#line += text.slice(start, Math.min(end, start + this.#maxLength - this.#line.length));
  }
}
