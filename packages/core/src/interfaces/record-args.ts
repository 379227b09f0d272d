/** Arguments of a record whose amount may be left out: labels first, unless the metric has none. */
export type AmountArgs<L> = [keyof L] extends [never] ? [amount?: number] : [labels: L, amount?: number];

/** Arguments of a record with a value: labels first, unless the metric has none. */
export type ValueArgs<L> = [keyof L] extends [never] ? [value: number] : [labels: L, value: number];

/** Arguments that only name a series. */
export type SeriesArgs<L> = [keyof L] extends [never] ? [] : [labels: L];

/** Labels of a run that is measured, if there are any. The label `outcome` is filled in. */
export type TrackLabels<L> = [keyof Omit<L, 'outcome'>] extends [never] ? [] : [labels: Omit<L, 'outcome'>];

/** Arguments of a run that is measured. */
export type TrackArgs<L, T> = [...TrackLabels<L>, fn: () => T];
