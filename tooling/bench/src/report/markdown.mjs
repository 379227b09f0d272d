import { alignedTable } from './aligned-table.mjs';
import { ratioText, withUnit } from './numbers.mjs';

const OURS = 'bduf';

/**
 * Rows as a Markdown table: our median, and for each other library its median and ours divided by it.
 *
 * @param {import('./results.mjs').Results} results
 * @param {object} [choice] What of it; all by default.
 * @param {readonly string[]} [choice.libraries] Ids of the others.
 * @param {Readonly<Record<string, string>>} [choice.titles] Titles of the rows to show, by id.
 */
export function comparisonTable({ environment, libraries, rows }, choice = {}) {
  const isChosen = ({ id }) => id !== OURS && (choice.libraries?.includes(id) ?? true);
  const others = libraries.filter(isChosen);
  const shown = rows.filter(({ id }) => choice.titles === undefined || choice.titles[id] !== undefined);
  return alignedTable(
    ['scenario', '@bduf/metrics-core', ...others.map((library) => heading(library, environment))],
    shown.map((row) => [
      choice.titles?.[row.id] ?? row.title,
      ourCell(row),
      ...others.map(({ id }) => theirCell(row, id)),
    ]),
  );
}

/** One sentence on where and how it was measured. */
export function environmentText({ date, node, cpu, cores, load, rounds, quick }) {
  return (
    `Measured ${date} on Node ${node.slice(1)}, ${cores} cores of ${cpu}, load ${load}: medians of ${rounds} ` +
    `interleaved ${quick ? 'short ' : ''}rounds, each library in processes of its own, after many metrics of other ` +
    'shapes were used in the same process. Times are processor time. In brackets: ours divided by theirs, lower is better.'
  );
}

function heading({ id, title }, { versions }) {
  return versions[id] === undefined ? title : `${title} ${versions[id]}`;
}

function ourCell({ libraries, unit }) {
  return libraries[OURS] === undefined ? '–' : `**${withUnit(libraries[OURS].median, unit)}**`;
}

function theirCell({ libraries, unit }, id) {
  const their = libraries[id];
  if (their === undefined) return '–';
  const ratio = libraries[OURS] === undefined ? '' : ` (${ratioText(libraries[OURS].median / their.median)})`;
  return `${withUnit(their.median, unit)}${ratio}`;
}
