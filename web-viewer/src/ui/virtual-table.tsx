/** A table of many rows of one height. Only those in sight are in the page, however many there are. */
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { scrollTo, visible } from "../lookup/window";
import { moved } from "./list-keys";

/** Height of a row and of the head, in rem; the style sheet has the same. */
const ROW_REM = 3;
const HEAD_REM = 2;
/** Rows that Page Up and Page Down move by. */
const PAGE = 10;

const rootSize = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/** Stands for rows that are not in the page. */
function Room({ height, columns }: { height: number; columns: number }) {
  return (
    <tbody aria-hidden="true" class="room">
      <tr>
        <td colSpan={columns} style={{ height: `${height}px` }} />
      </tr>
    </tbody>
  );
}

export type LineAt = { at: number; focusable: boolean };

export function VirtualTable({
  kind,
  testId,
  rows,
  openAt,
  open,
  seen,
  heads,
  line,
}: {
  /** Name of the columns' widths in the style sheet. */
  kind: string;
  testId: string;
  /** How many rows there are. */
  rows: number;
  /** The row that is open; -1 for none. */
  openAt: number;
  open: (at: number) => void;
  /** Told which rows `first..end` are in the page. */
  seen?: (first: number, end: number) => void;
  heads: readonly { text: string; isNumber?: boolean }[];
  /** One row: a `tr` with `aria-rowindex` `at + 2` and in it a button with `data-row` `at`. */
  line: (line: LineAt) => ComponentChildren;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [scrollTop, setScrollTop] = useState(0);
  const [viewport, setViewport] = useState(600);
  const wantsFocus = useRef(false);
  const size = rootSize();
  const height = ROW_REM * size;

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setViewport(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // Wherever a row was opened from, the table shows it; also when what a row opens takes room from the table.
  useEffect(() => {
    const element = box.current;
    if (element === null || openAt === -1) return;
    const top = scrollTo(openAt, element.scrollTop, element.clientHeight, height, HEAD_REM * size);
    if (top !== null) element.scrollTop = top;
  }, [openAt, height, size, viewport]);
  // The button of the row that the keys have moved to exists only once it is in sight.
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    const button = box.current?.querySelector<HTMLButtonElement>(`[data-row="${openAt}"]`);
    if (button === null || button === undefined) return;
    wantsFocus.current = false;
    button.focus({ preventScroll: true });
  });

  const { first, end, above, below } = visible(scrollTop, viewport, height, rows);
  useEffect(() => seen?.(first, end));
  const focusableAt = openAt >= first && openAt < end ? openAt : Math.ceil(scrollTop / height);
  const onKeyDown = (event: KeyboardEvent) => {
    const page = event.key === "PageDown" ? PAGE : event.key === "PageUp" ? -PAGE : 0;
    const from = openAt === -1 ? focusableAt - 1 : openAt;
    const next = page === 0 ? moved(event.key, from, rows) : Math.max(0, Math.min(rows - 1, Math.max(0, from) + page));
    if (next === null) return;
    event.preventDefault();
    wantsFocus.current = true;
    open(next);
  };
  return (
    <div class="rows-box" ref={box} onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}>
      <table class={`result-table ${kind}`} data-testid={testId} aria-rowcount={rows + 1} onKeyDown={onKeyDown}>
        <thead>
          <tr aria-rowindex={1}>
            {heads.map(({ text, isNumber = false }) => (
              <th key={text} scope="col" class={isNumber ? "number" : ""}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <Room height={above} columns={heads.length} />
        <tbody>
          {Array.from({ length: end - first }, (_, offset) => first + offset).map((at) =>
            line({ at, focusable: at === focusableAt }),
          )}
        </tbody>
        <Room height={below} columns={heads.length} />
      </table>
    </div>
  );
}
