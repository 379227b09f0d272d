/**
 * Compares what a library holds with what was recorded. A library that loses or invents records is not fast, it is wrong.
 *
 * @param {string} id Of the scenario.
 * @param {import('../libraries/library.mjs').Library} library
 * @param {import('../scenarios/recording.mjs').Prepared} prepared
 */
export async function checkTotals(id, library, { metrics, expected }) {
  const actual = { series: 0, total: 0 };
  for (const name of [metrics].flat()) {
    const { series, total } = await library.totals(name);
    actual.series += series;
    actual.total += total;
  }
  const { series, total } = expected();
  if (actual.series === series && actual.total === total) return;
  throw new Error(
    `Scenario ${id}: the library holds ${actual.total} in ${actual.series} series, but ${total} in ${series} were recorded.`,
  );
}
