import { is, query } from '../questions.ts';
import { ChartPanel, Nothing, outcomeColor } from '../charts/chart-panel.tsx';
import { DataTable, Panel } from '../data-table.tsx';
import { format } from '../format.ts';
import { param, setParams } from '../state.ts';
import { byLabel, useAnswers } from '../use-answers.ts';

const calls = query('mcp_tool_executions_total');
const duration = query('mcp_tool_duration_seconds');

/** Which tools fail or drag, why, and how much context do they cost? */
export function Mcp() {
  const open = param('open');
  const only = open === '' ? [] : [is('tool', open)];
  return (
    <>
      <Tools />
      {open !== '' && (
        <h2>
          {open}{' '}
          <button type="button" class="quiet" onClick={() => setParams({ open: '' })}>
            Show all tools
          </button>
        </h2>
      )}
      <div class="grid two">
        <ChartPanel
          title="Outcomes"
          note="calls per minute"
          unit="/min"
          queries={(w) => [
            {
              query: calls
                .where(...only)
                .rate(w.rateMs)
                .sum('outcome')
                .times(60),
              color: (labels) => outcomeColor(labels['outcome']),
            },
          ]}
        />
        <ChartPanel
          title="Why they fail"
          note="errors per minute, by type"
          unit="/min"
          queries={(w) => [
            {
              query: query('mcp_tool_errors_total')
                .where(...only)
                .rate(w.rateMs)
                .sum('error_type')
                .times(60),
            },
          ]}
        />
        <ChartPanel
          title="Duration"
          unit="seconds"
          queries={(w) =>
            [0.5, 0.95, 0.99].map((q) => ({
              query: duration
                .where(...only)
                .rate(w.rateMs)
                .sum()
                .quantile(q),
              name: `p${q * 100}`,
            }))
          }
        />
        <ChartPanel
          title="Size of results"
          note="mean characters: what a call costs in context"
          unit="count"
          queries={(w) => [
            {
              query: query('mcp_tool_result_chars')
                .where(...only)
                .rate(w.rateMs)
                .sum('tool')
                .average(),
            },
          ]}
        />
        <ChartPanel
          title="Sessions"
          note="open, by transport"
          unit="count"
          queries={() => [{ query: query('mcp_sessions_active') }]}
        />
        <ChartPanel
          title="Protocol versions"
          note="sessions ended in the last hour"
          unit="count"
          queries={() => [
            { query: query('mcp_session_duration_seconds').increase(3_600_000).sum('protocol_version').count() },
          ]}
        />
      </div>
    </>
  );
}

function Tools() {
  const { answers, error } = useAnswers(
    (w) => [
      calls.rate(w.rateMs).sum('tool').times(60).expression,
      calls.where(is('outcome', 'error')).rate(w.rateMs).sum('tool').of(calls.rate(w.rateMs).sum('tool')).expression,
      duration.rate(w.rateMs).sum('tool').quantile(0.95).expression,
      query('mcp_tool_result_chars').rate(w.rateMs).sum('tool').average().expression,
    ],
    true,
  );
  const columns = (answers ?? []).map((answer) => byLabel(answer, 'tool'));
  const rows = [...new Set(columns.flatMap((column) => [...column.keys()]))].map((tool) => {
    const [rate, errors, p95, size] = columns.map((column) => column.get(tool) ?? null);
    return { tool, rate: rate ?? null, errors: errors ?? null, p95: p95 ?? null, size: size ?? null };
  });
  const open = param('open');
  return (
    <Panel title="Tools" note="open one to see only its charts" wide>
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {answers === undefined ? (
        <Nothing isAsked={false} />
      ) : (
        <DataTable
          caption="Tools"
          sort="per minute"
          rows={rows}
          keyOf={({ tool }) => tool}
          empty="No tool was called yet. Instrument your server with instrumentMcpServer()."
          onOpen={({ tool }) => setParams({ open: open === tool ? '' : tool })}
          isOpen={({ tool }) => tool === open}
          isDim={({ rate }) => rate === null || rate === 0}
          columns={[
            { name: 'tool', show: ({ tool }) => tool, sortBy: ({ tool }) => tool, isText: true },
            { name: 'per minute', show: ({ rate }) => format(rate, '/min'), sortBy: ({ rate }) => rate },
            {
              name: 'errors',
              show: ({ errors }) => (
                <span class={(errors ?? 0) >= 0.1 ? 'bad' : (errors ?? 0) > 0 ? 'warn' : ''}>
                  {format(errors, 'ratio')}
                </span>
              ),
              sortBy: ({ errors }) => errors,
            },
            { name: 'p95', show: ({ p95 }) => format(p95, 'seconds'), sortBy: ({ p95 }) => p95 },
            { name: 'result size', show: ({ size }) => format(size), sortBy: ({ size }) => size },
          ]}
        />
      )}
    </Panel>
  );
}
