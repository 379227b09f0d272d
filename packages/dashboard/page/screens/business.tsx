import { query } from '../questions.ts';
import { ChartPanel } from '../charts/chart-panel.tsx';
import { Panel } from '../data-table.tsx';
import { format, unitOf } from '../format.ts';
import { type CatalogueMetric, catalogue } from '../server.ts';
import { single, useAnswers } from '../use-answers.ts';

const KNOWN =
  /^(http|mcp|database|cache|process|memory|cpu|disk|network|event_loop|gc|heap|external|container|pressure|health|component|active_resources|error|critical_errors|metrics|bduf|api_rate|nodejs|projects_(created|completed)|tasks_completed|task_estimation|active_users)/;

/** Does the work get done, and as estimated? */
export function Business() {
  // Everything that is not of the technical groups is somebody's business, metrics that users defined included.
  const others = (catalogue.value ?? []).filter(
    ({ name, type }) => !KNOWN.test(name) && type !== 'info' && type !== 'stateset',
  );
  return (
    <>
      <Panel title="From started to done" note="within the chosen range" wide>
        <Funnel />
      </Panel>
      <div class="grid three">
        <ChartPanel
          title="Projects created"
          note="in the last hour, by complexity"
          unit="count"
          queries={() => [{ query: query('projects_created_total').increase(3_600_000).sum('complexity') }]}
        />
        <ChartPanel
          title="Estimates"
          note="actual of estimated hours; 1 is as planned"
          unit=""
          queries={() =>
            [0.5, 0.9].map((q) => ({
              query: query('task_estimation_accuracy_ratio').rate(3_600_000).sum().quantile(q),
              name: `p${q * 100}`,
            }))
          }
        />
        <ChartPanel
          title="Active users"
          note="distinct, by window"
          unit="count"
          queries={() => [{ query: query('active_users_total') }]}
        />
      </div>
      {others.length > 0 && <h2>Everything else that is recorded</h2>}
      <div class="grid three">
        {others.slice(0, 24).map((metric) => (
          <AnyMetric key={metric.name} metric={metric} />
        ))}
      </div>
    </>
  );
}

function Funnel() {
  const names = [
    ['projects_created_total', 'Projects created'],
    ['projects_completed_total', 'Projects completed'],
    ['tasks_created_total', 'Tasks created'],
    ['tasks_completed_total', 'Tasks completed'],
  ] as const;
  const { answers } = useAnswers(
    ({ startMs, endMs }) =>
      names.map(
        ([name]) =>
          query(name)
            .increase(Math.max(1000, endMs - startMs))
            .sum().expression,
      ),
    true,
  );
  const values = names.map((_, at) => single(answers?.[at]));
  const most = Math.max(...values.map((value) => value ?? 0), 1);
  return (
    <ul class="funnel">
      {names.map(([name, title], at) => (
        <li key={name}>
          <span>{title}</span>
          <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect width={((values[at] ?? 0) / most) * 100} height="8" class={at < 2 ? 'a' : 'b'} />
          </svg>
          <b>{format(values[at])}</b>
        </li>
      ))}
    </ul>
  );
}

function AnyMetric({ metric: { name, type, unit, description, labels } }: { readonly metric: CatalogueMetric }) {
  const by = labels[0]?.name;
  const group = by === undefined ? [] : [by];
  const base = query(name);
  if (type === 'counter')
    return (
      <ChartPanel
        title={name}
        note={description}
        unit="count"
        queries={() => [
          { query: base.increase(3_600_000).sum(...group), ...(by === undefined ? { name: 'in the last hour' } : {}) },
        ]}
      />
    );
  if (type === 'histogram')
    return (
      <ChartPanel
        title={name}
        note={`p90. ${description}`}
        unit={unitOf(name, unit)}
        queries={() => [
          {
            query: base
              .rate(3_600_000)
              .sum(...group)
              .quantile(0.9),
            ...(by === undefined ? { name: 'p90' } : {}),
          },
        ]}
      />
    );
  return (
    <ChartPanel
      title={name}
      note={description}
      unit={unitOf(name, unit)}
      queries={() => [{ query: base, ...(by === undefined ? { name: 'value' } : {}) }]}
    />
  );
}
