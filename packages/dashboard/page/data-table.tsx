import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

/** A column: how a row is shown there, and what it is sorted by. */
export interface Column<Row> {
  readonly name: string;
  readonly show: (row: Row) => ComponentChildren;
  readonly sortBy: (row: Row) => number | string | null;
  readonly isText?: boolean;
}

/** What a table shows. */
export interface DataTableProps<Row> {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Column to sort by at first; greatest first. */
  readonly sort: string;
  readonly empty: string;
  readonly onOpen?: (row: Row) => void;
  readonly isOpen?: (row: Row) => boolean;
  readonly isDim?: (row: Row) => boolean;
}

/** A table that sorts by any column. */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  keyOf,
  sort,
  empty,
  onOpen,
  isOpen,
  isDim,
}: DataTableProps<Row>) {
  const [by, setBy] = useState({ name: sort, isUp: false });
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  const column = columns.find(({ name }) => name === by.name) ?? columns[0];
  const sorted = rows.toSorted(
    (a, b) => compare(column?.sortBy(a) ?? null, column?.sortBy(b) ?? null) * (by.isUp ? 1 : -1),
  );
  const turn = (name: string): void => setBy({ name, isUp: by.name === name ? !by.isUp : false });
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, isText }) => (
              <th
                key={name}
                scope="col"
                class={isText === true ? '' : 'num'}
                aria-sort={by.name === name ? (by.isUp ? 'ascending' : 'descending') : 'none'}
              >
                <button type="button" class="sort" onClick={() => turn(name)}>
                  {name}
                  <span aria-hidden="true">{by.name === name ? (by.isUp ? ' ↑' : ' ↓') : ''}</span>
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr
              key={keyOf(row)}
              class={`${isDim?.(row) === true ? 'dim' : ''} ${isOpen?.(row) === true ? 'open' : ''}`}
            >
              {columns.map(({ name, show, isText }, at) => (
                <td key={name} class={isText === true ? '' : 'num'}>
                  {at === 0 && onOpen !== undefined ? (
                    <button
                      type="button"
                      class="link"
                      aria-expanded={isOpen?.(row) ?? false}
                      onClick={() => onOpen(row)}
                    >
                      {show(row)}
                    </button>
                  ) : (
                    show(row)
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function compare(a: number | string | null, b: number | string | null): number {
  // What nobody knows goes below everything known.
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(b).localeCompare(String(a));
}

/** A panel around anything. */
export function Panel({
  title,
  note,
  wide = false,
  children,
}: {
  readonly title: string;
  readonly note?: string;
  readonly wide?: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    <section class={wide ? 'panel wide' : 'panel'} aria-label={title}>
      <header>
        <h3>{title}</h3>
        {note !== undefined && <span class="note">{note}</span>}
      </header>
      {children}
    </section>
  );
}

/** A share as a bar, with its number. */
export function Meter({
  value,
  label,
  tone,
}: {
  readonly value: number | null;
  readonly label: string;
  readonly tone?: 'ok' | 'warn' | 'bad';
}) {
  const share = value === null ? 0 : Math.max(0, Math.min(1, value));
  const color = tone ?? (share > 0.9 ? 'bad' : share > 0.75 ? 'warn' : 'ok');
  return (
    <svg class={`meter ${color}`} viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label={label}>
      <rect width="100" height="6" class="track" />
      <rect width={share * 100} height="6" class="fill" />
    </svg>
  );
}
