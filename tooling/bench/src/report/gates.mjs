/**
 * Gates by row: the most that our value may be of another library's (`gates`), or in the row's unit (`limits`). The
 * moonshot of a ratio is against prom-client.
 *
 * @typedef {object} GateFile
 * @property {(Record<string, number> & { row: string, moonshot: number })[]} gates
 * @property {{ row: string, gate: number, moonshot: number }[]} limits
 */

/**
 * @typedef {'holds' | 'unclear' | 'misses'} Verdict
 *   Unclear when the medians say one thing and the best samples another: measure again on a quieter machine.
 */

/**
 * @typedef {object} Finding
 * @property {string} row
 * @property {string} against A library, or `limit`.
 * @property {number} most
 * @property {number} median Ratio of the medians, or our median.
 * @property {number} best Ratio of the best samples, or our best.
 * @property {Verdict} verdict
 */

/** The successor of prom-client is held to prom-client's gates with this allowance, since it is that much faster. */
const SUCCESSOR = { id: 'prometheus-io', allowance: 1.25 };
const AGAINST = ['prom-client', 'opentelemetry', 'raw'];

/**
 * Compares results with gates. Rows that were not measured give no finding.
 *
 * @param {import('./results.mjs').Results} results
 * @param {GateFile} gateFile
 * @returns {{ gates: Finding[], moonshots: Finding[] }}
 */
export function checkGates(results, { gates, limits }) {
  const rows = new Map(results.rows.map((row) => [row.id, row]));
  const measured = (gate) => rows.get(gate.row)?.libraries.bduf !== undefined;
  const ratios = gates.filter(measured).flatMap((gate) => {
    const row = rows.get(gate.row);
    return [
      ...AGAINST.filter((id) => gate[id] !== undefined).map((id) => ratioFinding(row, id, gate[id])),
      ratioFinding(row, SUCCESSOR.id, gate['prom-client'] * SUCCESSOR.allowance),
    ].filter((found) => found !== undefined);
  });
  const absolutes = limits.filter(measured).map(({ row, gate }) => limitFinding(rows.get(row), gate));
  const moonshots = [
    ...gates.filter(measured).map(({ row, moonshot }) => ratioFinding(rows.get(row), 'prom-client', moonshot)),
    ...limits.filter(measured).map(({ row, moonshot }) => limitFinding(rows.get(row), moonshot)),
  ].filter((found) => found !== undefined);
  return { gates: [...ratios, ...absolutes], moonshots };
}

function ratioFinding({ id, libraries }, against, most) {
  const their = libraries[against];
  if (their === undefined) return undefined;
  return finding(id, against, most, libraries.bduf.median / their.median, libraries.bduf.best / their.best);
}

function limitFinding({ id, libraries }, most) {
  return finding(id, 'limit', most, libraries.bduf.median, libraries.bduf.best);
}

function finding(row, against, most, median, best) {
  const held = [median, best].filter((value) => value <= most).length;
  return { row, against, most, median, best, verdict: ['misses', 'unclear', 'holds'][held] };
}
