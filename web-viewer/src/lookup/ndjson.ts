/** Lines of a stream of bytes, whatever the pieces it arrives in. */

const NEWLINE = 10;

export type Line = {
  text: string;
  /** Where the line stands in the whole stream, in bytes; its newline is not part of it. */
  start: number;
  end: number;
};

export type Lines = {
  push: (bytes: Uint8Array) => Line[];
  /** The last line, if it did not end with a newline. */
  finish: () => Line[];
};

function joined(pieces: Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Empty lines are skipped. */
export function lines(): Lines {
  const decoder = new TextDecoder();
  /** Pieces of a line whose end has not arrived. */
  let open: Uint8Array[] = [];
  let openLength = 0;
  let start = 0;

  const close = (last: Uint8Array): Line[] => {
    const length = openLength + last.length;
    const bytes = openLength === 0 ? last : joined([...open, last], length);
    const line = { text: decoder.decode(bytes), start, end: start + length };
    open = [];
    openLength = 0;
    start += length;
    return line.text.trim() === "" ? [] : [line];
  };
  return {
    push: (bytes) => {
      const found: Line[] = [];
      let from = 0;
      for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, from)) {
        found.push(...close(bytes.subarray(from, at)));
        start += 1;
        from = at + 1;
      }
      if (from < bytes.length) {
        open.push(bytes.slice(from));
        openLength += bytes.length - from;
      }
      return found;
    },
    finish: () => (openLength === 0 ? [] : close(new Uint8Array())),
  };
}
