/** Which rows of a long table are worth drawing. */

/** Rows drawn above and below what is seen, so that scrolling shows no gaps. */
const SPARE = 8;

export type Window = { first: number; end: number; above: number; below: number };

/** The rows `first..end` of `count` rows of one height, and the room that the others take, in pixels. */
export function visible(scrollTop: number, viewport: number, rowHeight: number, count: number): Window {
  const seen = Math.ceil(viewport / rowHeight) + 1;
  const top = Math.floor(Math.max(0, scrollTop) / rowHeight);
  const first = Math.max(0, Math.min(top, count - seen) - SPARE);
  const end = Math.min(count, first + seen + 2 * SPARE);
  return { first, end, above: first * rowHeight, below: (count - end) * rowHeight };
}

/** Where to scroll so that row `index` is seen whole below a head of `head` pixels; `null` when it is already. */
export function scrollTo(
  index: number,
  scrollTop: number,
  viewport: number,
  rowHeight: number,
  head: number,
): number | null {
  const [top, bottom] = [index * rowHeight, (index + 1) * rowHeight];
  const room = viewport - head;
  if (top < scrollTop) return top;
  if (bottom > scrollTop + room) return bottom - room;
  return null;
}
