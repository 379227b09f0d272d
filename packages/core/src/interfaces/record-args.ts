/** Arguments of a record whose amount may be left out: labels first, unless the metric has none. */
export type AmountArgs<L> = [keyof L] extends [never] ? [amount?: number] : [labels: L, amount?: number];

/** Arguments of a record with a value: labels first, unless the metric has none. */
export type ValueArgs<L> = [keyof L] extends [never] ? [value: number] : [labels: L, value: number];

/** Arguments that only name a series. */
export type SeriesArgs<L> = [keyof L] extends [never] ? [] : [labels: L];

/** Arguments of a run that is measured. The label `outcome`, if the metric has it, is filled in. */
export type TrackArgs<L, T> = [keyof Omit<L, 'outcome'>] extends [never]
  ? [fn: () => T]
  : [labels: Omit<L, 'outcome'>, fn: () => T];
