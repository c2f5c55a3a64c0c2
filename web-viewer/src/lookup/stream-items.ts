/**
 * The items of `{"edition": 3, "results": [item, item, ...]}` as its bytes arrive, whatever the pieces.
 *
 * Why not one line an item: a server that streams both ways stops reading while nobody reads its answer, and a browser
 * sends its whole body before it reads any (HTTP/1.1). One document is answered after the body has been taken in.
 */

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
/** How deep the items lie: inside an object and a list. */
const DEPTH = 2;

export type Item = {
  text: string;
  /** Where the item stands in the whole stream, in bytes. */
  start: number;
  end: number;
};

export type Items = {
  push: (bytes: Uint8Array) => Item[];
  /** Whether the document has ended as it should. */
  isWhole: () => boolean;
};

function joined(pieces: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Only objects are items; what else the list may hold is passed over. */
export function items(): Items {
  const decoder = new TextDecoder();
  /** Pieces of an item whose end has not arrived. */
  let open: Uint8Array[] = [];
  let depth = 0;
  let inText = false;
  let escaped = false;
  /** Where the open item starts, in the whole stream. */
  let start = -1;
  /** Bytes before the present piece. */
  let before = 0;
  let ended = false;

  const push = (bytes: Uint8Array): Item[] => {
    const found: Item[] = [];
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inText = false;
        continue;
      }
      switch (byte) {
        case QUOTE:
          inText = true;
          break;
        case OPEN_OBJECT:
        case OPEN_LIST:
          if (depth === DEPTH && byte === OPEN_OBJECT) start = before + at;
          depth += 1;
          break;
        case CLOSE_OBJECT:
        case CLOSE_LIST:
          depth -= 1;
          ended = depth === 0;
          if (depth !== DEPTH || start === -1) break;
          open.push(bytes.subarray(Math.max(0, start - before), at + 1));
          found.push({ text: decoder.decode(joined(open)), start, end: before + at + 1 });
          open = [];
          start = -1;
      }
    }
    if (start !== -1) open.push(bytes.slice(Math.max(0, start - before)));
    before += bytes.length;
    return found;
  };
  return { push, isWhole: () => ended };
}
