/** One column of a {@link textTable}. */
export interface TableColumn<Row> {
  readonly title: string;
  readonly value: (row: Row) => string | number;
}

/** Lays rows out as text: columns two blanks apart, numbers to the right. Ends without a line feed. */
export function textTable<Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): string {
  const laidOut = columns.map(({ title, value }) => {
    const values = rows.map(value);
    const cells = [title, ...values.map(String)];
    const width = Math.max(...cells.map((cell) => cell.length));
    const isNumeric = values.every((cell) => typeof cell === 'number' || cell === '');
    return cells.map((cell) => (isNumeric ? cell.padStart(width) : cell.padEnd(width)));
  });
  const lineCount = rows.length + 1;
  return Array.from({ length: lineCount }, (_, line) =>
    laidOut
      .map((cells) => cells[line])
      .join('  ')
      .trimEnd(),
  ).join('\n');
}
