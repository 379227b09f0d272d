/** Names of a definition table, by the same keys. */
export type NamesOf<Table extends Readonly<Record<string, { readonly name: string }>>> = {
  readonly [Key in keyof Table]: Table[Key]['name'];
};

/** Derives the name table of a definition table, so that no name is written twice. */
export function namesOf<Table extends Readonly<Record<string, { readonly name: string }>>>(
  table: Table,
): NamesOf<Table> {
  const names = Object.fromEntries(Object.entries(table).map(([key, definition]) => [key, definition.name]));
  // Same keys as the table, each with its own name: what the mapped type says.
  return Object.freeze(names) as NamesOf<Table>;
}
