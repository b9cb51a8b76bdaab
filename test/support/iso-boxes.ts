import { type Box, createFile, Log, MP4BoxBuffer } from "mp4box";

/** The boxes of a file or segment as mp4box reads them, and what it had to say. */
export type ParsedBoxes = {
  readonly boxes: readonly Box[];
  /** Unknown boxes, boxes that are longer or shorter than their content, bytes that are no box. */
  readonly complaints: readonly string[];
};

/** Lets mp4box parse all boxes. Its complaints go to a global log, which is read for the time of the call. */
export function parseBoxes(bytes: Uint8Array): ParsedBoxes {
  const complaints: string[] = [];
  const { warn, error } = Log;
  Log.warn = Log.error = (_module, message) => complaints.push(message ?? "");
  try {
    const file = createFile(false);
    file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(Uint8Array.from(bytes).buffer, 0), true);
    const parsed = file.boxes.reduce((size, box) => size + box.size, 0);
    if (parsed !== bytes.length) complaints.push(`${bytes.length - parsed} bytes are in no box`);
    return { boxes: file.boxes, complaints };
  } finally {
    Object.assign(Log, { warn, error });
  }
}

/** All boxes on a path such as `moov/trak/mdia`, in order. */
export function boxesAt<Found extends Box = Box>(boxes: readonly Box[], path: string): readonly Found[] {
  const [type, ...rest] = path.split("/");
  const found = boxes.filter((box) => box.type === type);
  return (rest.length === 0 ? found : found.flatMap((box) => boxesAt(childrenOf(box), rest.join("/")))) as Found[];
}

/** The only box on a path. */
export function boxAt<Found extends Box = Box>(boxes: readonly Box[], path: string): Found {
  const found = boxesAt<Found>(boxes, path);
  if (found.length !== 1) throw new Error(`${found.length} boxes at ${path}`);
  return found[0]!;
}

/** mp4box keeps the entries of stsd and dref apart from other children. */
function childrenOf(box: Box): readonly Box[] {
  const { boxes = [], entries = [] } = box as Box & { readonly entries?: readonly Box[] };
  return [...boxes, ...(box.type === "stsd" || box.type === "dref" ? entries : [])];
}
