import { type Question, query } from '../questions.ts';
import { useState } from 'preact/hooks';
import { ChartPanel } from '../charts/chart-panel.tsx';
import { copy } from '../copy.ts';
import { DataTable, Panel } from '../data-table.tsx';
import { type Unit, duration, format, unitOf } from '../format.ts';
import { leftOut } from '../live.ts';
import { matcherText, parseMatcher } from '../matchers.ts';
import { type CatalogueMetric, catalogue } from '../server.ts';
import { param, setParams, shownWindow } from '../state.ts';
import { type Window, useAnswers } from '../use-answers.ts';

const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  counter: ['rate', 'increase', 'last'],
  histogram: ['p50', 'p95', 'p99', 'average', 'rate', 'increase'],
  gauge: ['last', 'avg_over_time', 'max_over_time', 'min_over_time', 'delta'],
  other: ['last'],
};

/** What does any metric say, and what does it cost? */
export function Explorer() {
  const isCost = param('tab') === 'cost';
  return (
    <>
      <div class="bar">
        <div class="tabs" role="group" aria-label="Views of metrics">
          <button type="button" aria-pressed={!isCost} onClick={() => setParams({ tab: '' })}>
            Metrics
          </button>
          <button type="button" aria-pressed={isCost} onClick={() => setParams({ tab: 'cost' })}>
            Cardinality
          </button>
        </div>
        {leftOut.value > 0 && (
          <span class="warn">The live stream leaves {leftOut.value} series out; raise maxSeries to have them.</span>
        )}
      </div>
      {isCost ? (
        <Cardinality />
      ) : (
        <div class="split">
          <MetricList />
          <Chosen />
        </div>
      )}
    </>
  );
}

function MetricList() {
  const search = param('q');
  const found = (catalogue.value ?? [])
    .map((metric) => ({ metric, score: scoreOf(metric, search) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || a.metric.name.localeCompare(b.metric.name));
  return (
    <nav class="metrics" aria-label="Metrics">
      <input
        id="search"
        type="search"
        placeholder="Search  /"
        aria-label="Search metrics"
        value={search}
        onInput={(event) => setParams({ q: event.currentTarget.value })}
      />
      <p class="note" role="status">
        {found.length} of {catalogue.value?.length ?? 0} metrics
      </p>
      <ul>
        {found.map(({ metric: { name, type, series } }) => (
          <li key={name}>
            <button
              type="button"
              aria-current={param('metric') === name}
              onClick={() => setParams({ metric: name, fn: '', by: '', where: '', top: '' })}
            >
              <span>{name}</span>
              <small>
                {type} · {series}
              </small>
            </button>
          </li>
        ))}
      </ul>
      {catalogue.value !== undefined && found.length === 0 && (
        <p class="empty">No metric is called like that. Search for a part of its name or description.</p>
      )}
    </nav>
  );
}

/** Letters in order are enough; whole words count more, the name more than the description. */
function scoreOf({ name, description }: CatalogueMetric, search: string): number {
  const wanted = search.toLowerCase().trim();
  if (wanted === '') return 1;
  if (name.includes(wanted)) return 100 - name.indexOf(wanted);
  if (description.toLowerCase().includes(wanted)) return 20;
  let at = 0;
  for (const letter of name) if (letter === wanted[at]) at += 1;
  return at === wanted.length ? 5 : 0;
}

function Chosen() {
  const metric = catalogue.value?.find(({ name }) => name === param('metric'));
  if (metric === undefined)
    return (
      <p class="empty large">
        {param('metric') === ''
          ? 'Choose a metric on the left, or press / to search.'
          : `Nothing records ${param('metric')} now. Choose another metric.`}
      </p>
    );
  return <MetricDetail key={metric.name} metric={metric} />;
}

function MetricDetail({ metric }: { readonly metric: CatalogueMetric }) {
  const functions = FUNCTIONS[metric.type] ?? FUNCTIONS['other'] ?? [];
  const fn = functions.includes(param('fn')) ? param('fn') : (functions[0] ?? 'last');
  const by = param('by')
    .split(',')
    .filter((name) => name !== '');
  const filters = param('where')
    .split('\n')
    .filter((text) => text !== '');
  const top = Number(param('top')) || 8;
  const build = (w: Window): Question => questionOf(metric, fn, { by, filters, top, w });
  const question = () => {
    const w = shownWindow.peek();
    return { expression: build(w).expression, startMs: w.startMs, endMs: w.endMs, stepMs: w.stepMs };
  };
  const { answers } = useAnswers((window) => [build(window).expression], true);
  const promQl = answers?.[0]?.promQl ?? '…';
  const toggle = (name: string): void =>
    setParams({ by: (by.includes(name) ? by.filter((known) => known !== name) : [...by, name]).join(',') });
  return (
    <section class="chosen" aria-label={metric.name}>
      <h2>{metric.name}</h2>
      <p class="note">
        {metric.description} · {metric.type}
        {metric.unit === '' ? '' : ` · ${metric.unit}`} · {metric.series} series
      </p>
      <div class="fields">
        <label>
          Function{' '}
          <select value={fn} onChange={(event) => setParams({ fn: event.currentTarget.value })}>
            {functions.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <label>
          Top{' '}
          <select value={String(top)} onChange={(event) => setParams({ top: event.currentTarget.value })}>
            {[3, 5, 8].map((k) => (
              <option key={k}>{k}</option>
            ))}
          </select>
        </label>
        <div class="chips" role="group" aria-label="Group by">
          Group by{' '}
          {metric.labels.map(({ name, distinct }) => (
            <button type="button" class="chip" key={name} aria-pressed={by.includes(name)} onClick={() => toggle(name)}>
              {name} <small>{distinct}</small>
            </button>
          ))}
        </div>
      </div>
      <Filters metric={metric} filters={filters} />
      <ChartPanel
        title={`${fn} of ${metric.name}`}
        note={
          /^(rate|increase|average|delta|p\d+|\w+_over_time)$/.test(fn)
            ? `over ${duration(shownWindow.value.rateMs / 1000)}`
            : ''
        }
        unit={unitFor(metric, fn)}
        wide
        queries={(window) => [{ query: build(window) }]}
      />
      <pre class="promql">
        <code>{promQl}</code>
      </pre>
      <div class="actions">
        <button type="button" onClick={() => copy(promQl, 'PromQL')}>
          Copy as PromQL
        </button>
        <button type="button" onClick={() => copy(JSON.stringify(question()), 'JSON')}>
          Copy as JSON
        </button>
        <button type="button" onClick={() => copy(curlOf({ queries: [question()] }), 'curl')}>
          Copy as curl
        </button>
      </div>
    </section>
  );
}

function Filters({ metric, filters }: { readonly metric: CatalogueMetric; readonly filters: readonly string[] }) {
  const [text, setText] = useState('');
  const isWrong = text !== '' && parseMatcher(text) === undefined;
  const options = metric.labels
    .flatMap(({ name, values }) => values.map((value) => matcherText({ name, op: '=', value })))
    .slice(0, 400);
  const add = (event: Event): void => {
    event.preventDefault();
    if (text === '' || isWrong) return;
    setParams({ where: [...filters, text].join('\n') });
    setText('');
  };
  return (
    <form class="fields" onSubmit={add}>
      <label class="grow">
        Filter{' '}
        <input
          list="label-values"
          value={text}
          placeholder={'label="value", then Enter'}
          aria-invalid={isWrong}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <datalist id="label-values">
        {options.map((value) => (
          <option key={value} value={value} />
        ))}
      </datalist>
      <button type="submit" disabled={text === '' || isWrong}>
        Add
      </button>
      <div class="chips">
        {filters.map((filter) => (
          <button
            type="button"
            class="chip"
            key={filter}
            aria-label={`Remove filter ${filter}`}
            onClick={() => setParams({ where: filters.filter((known) => known !== filter).join('\n') })}
          >
            {filter} ×
          </button>
        ))}
      </div>
    </form>
  );
}

interface Choice {
  readonly by: readonly string[];
  readonly filters: readonly string[];
  readonly top: number;
  readonly w: Window;
}

function questionOf(metric: CatalogueMetric, fn: string, { by, filters, top, w }: Choice): Question {
  const matchers = filters.map(parseMatcher).filter((matcher) => matcher !== undefined);
  const base = query(metric.name).where(...matchers);
  const rate = base.rate(w.rateMs);
  const quantile = /^p(\d+)$/.exec(fn)?.[1];
  if (quantile !== undefined)
    return rate
      .sum(...by)
      .quantile(Number(quantile) / 100)
      .top(top);
  switch (fn) {
    case 'average':
      return rate
        .sum(...by)
        .average()
        .top(top);
    case 'rate':
      return counted(rate.sum(...by), metric).top(top);
    case 'increase':
      return counted(base.increase(w.rateMs).sum(...by), metric).top(top);
    default: {
      const over = (['avg_over_time', 'max_over_time', 'min_over_time', 'delta'] as const).find((name) => name === fn);
      const values = over === undefined ? base : base.over(over, w.rateMs);
      return (by.length === 0 ? values : values.sum(...by)).top(top);
    }
  }
}

function counted(of: Question, { type }: CatalogueMetric): Question {
  return type === 'histogram' ? of.count() : of;
}

function unitFor({ name, unit, type }: CatalogueMetric, fn: string): Unit {
  if (fn === 'rate') return type === 'counter' && unitOf(name, unit) === 'bytes' ? 'bytes/s' : '/s';
  return fn === 'increase' && type === 'histogram' ? 'count' : unitOf(name, unit);
}

function curlOf(body: unknown): string {
  const url = new URL('api/query', location.href.split('#')[0]);
  const json = JSON.stringify(body).replaceAll("'", "'\\''");
  return `curl -s '${url.href}' -H 'content-type: application/json' -H 'x-metrics-dashboard: 1' -d '${json}'`;
}

function Cardinality() {
  const metrics = catalogue.value ?? [];
  const total = metrics.reduce((sum, { series }) => sum + series, 0);
  return (
    <Panel title="Cardinality" note={`${total} series in ${metrics.length} metrics`} wide>
      <DataTable
        caption="Series by metric"
        sort="series"
        rows={metrics}
        keyOf={({ name }) => name}
        empty="No metric has a series yet."
        onOpen={({ name }) => setParams({ tab: '', metric: name, q: '' })}
        columns={[
          { name: 'metric', show: ({ name }) => name, sortBy: ({ name }) => name, isText: true },
          { name: 'type', show: ({ type }) => type, sortBy: ({ type }) => type, isText: true },
          { name: 'series', show: ({ series }) => format(series), sortBy: ({ series }) => series },
          {
            name: 'share',
            show: ({ series }) => format(total === 0 ? null : series / total, 'ratio'),
            sortBy: ({ series }) => series,
          },
          { name: 'lines scraped', show: ({ samples }) => format(samples), sortBy: ({ samples }) => samples },
          {
            name: 'labels by number of values',
            show: ({ labels }) => labels.map(({ name, distinct }) => `${name} ${distinct}`).join(', '),
            sortBy: ({ labels }) => labels[0]?.distinct ?? 0,
            isText: true,
          },
        ]}
      />
    </Panel>
  );
}
