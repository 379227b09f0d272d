import { ratioText, withUnit } from './numbers.mjs';

/**
 * All rows as a Markdown table: our median, and for each other library its median and how many of ours fit into it.
 *
 * @param {import('./results.mjs').Results} results
 */
export function resultsMarkdown({ environment, libraries, rows }) {
  const others = libraries.filter(({ id }) => id !== 'bduf');
  const lines = [
    `| scenario | ${[{ id: 'bduf', title: 'bduf' }, ...others].map(({ id, title }) => heading(id, title, environment)).join(' | ')} |`,
    `| --- | ${['bduf', ...others].map(() => '--:').join(' | ')} |`,
    ...rows.map((row) => `| ${row.title} | ${[ours(row), ...others.map(({ id }) => theirs(row, id))].join(' | ')} |`),
  ];
  return `${lines.join('\n')}\n`;
}

/** One sentence on where and how it was measured. */
export function environmentText({ date, node, cpu, cores, load, rounds, quick }) {
  return (
    `Measured ${date} on Node ${node.slice(1)}, ${cores} cores of ${cpu}, load ${load}: medians of ${rounds} ` +
    `interleaved ${quick ? 'short ' : ''}rounds, each library in processes of its own, after many metrics of other ` +
    'shapes were used in the same process. Times are processor time. In brackets: ours divided by theirs, lower is better.'
  );
}

function heading(id, title, { versions }) {
  return versions[id] === undefined || id === 'bduf' ? title : `${title} ${versions[id]}`;
}

function ours({ libraries, unit }) {
  return libraries.bduf === undefined ? '–' : `**${withUnit(libraries.bduf.median, unit)}**`;
}

function theirs({ libraries, unit }, id) {
  const their = libraries[id];
  if (their === undefined) return '–';
  const ratio = libraries.bduf === undefined ? '' : ` (${ratioText(libraries.bduf.median / their.median)})`;
  return `${withUnit(their.median, unit)}${ratio}`;
}
