import type { ActiveAlert, AlertEvent, DeliveryRecord } from '@bduf/metrics-core/interfaces';
import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { notify } from '../copy.ts';
import { DataTable, Panel } from '../data-table.tsx';
import { duration, format, moment } from '../format.ts';
import { matcherText, parseMatcher } from '../matchers.ts';
import { type AlertsState, type Json, alerts, config, post, read, readHistory } from '../server.ts';
import { param, serverNow, setParams, shownWindow } from '../state.ts';

type Active = Json<ActiveAlert>;
const TABS = [
  ['active', 'Active'],
  ['silences', 'Silences'],
  ['rules', 'Rules'],
  ['history', 'History'],
  ['deliveries', 'Deliveries'],
] as const;
const DURATIONS = [
  ['3600000', '1 hour'],
  ['14400000', '4 hours'],
  ['86400000', '1 day'],
  ['604800000', '1 week'],
] as const;

/** What the silence form begins with; `undefined` while it is closed. */
const draft = signal<readonly string[] | undefined>(undefined);
const me = signal('');

async function act(action: string, body: unknown, done: string): Promise<boolean> {
  try {
    const { result } = await post<{ result: unknown }>(`api/alerts/${action}`, body);
    alerts.value = await read<AlertsState>('api/alerts');
    notify(refusalIn(result) ?? done);
    return true;
  } catch (error) {
    notify(`That did not work: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

/** Why a delivery that was asked for did not arrive; `undefined` for all else. */
function refusalIn(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null || !('attempt' in result)) return undefined;
  // Only records of deliveries have attempts.
  const { channel, status, error } = result as Json<DeliveryRecord>;
  return status === 'delivered' ? undefined : `${channel} did not take it: ${error ?? status}`;
}

/** What is wrong, who takes care, and who was told? */
export function Alerts() {
  const state = alerts.value;
  const tab = param('tab') || 'active';
  if (config.value?.hasAlerts === false)
    return (
      <p class="empty large">
        No alerts are connected. Pass <code>alerts</code> to metricsDashboard(): an AlertManager has everything this
        screen shows.
      </p>
    );
  if (state === undefined) return <div class="skeleton" role="status" aria-label="Loading" />;
  const counts: Readonly<Record<string, number>> = {
    active: state.active.length,
    silences: state.silences.length,
    rules: state.rules.length,
    deliveries: state.deliveries.length,
  };
  return (
    <>
      <div class="bar">
        <div class="tabs" role="group" aria-label="Views of alerts">
          {TABS.map(([id, name]) => (
            <button type="button" key={id} aria-pressed={tab === id} onClick={() => setParams({ tab: id })}>
              {name}
              {counts[id] === undefined ? '' : ` ${counts[id]}`}
            </button>
          ))}
        </div>
        {config.value?.canAct === true ? (
          <>
            <label class="inline">
              You are{' '}
              <input
                value={me.value}
                placeholder="name"
                autoComplete="username"
                onInput={(event) => (me.value = event.currentTarget.value)}
              />
            </label>
            <button type="button" onClick={() => (draft.value = [])}>
              New silence
            </button>
          </>
        ) : (
          <span class="note">Read-only: nothing can be changed from here.</span>
        )}
      </div>
      {draft.value !== undefined && <SilenceForm state={state} />}
      {tab === 'active' && <ActiveList state={state} />}
      {tab === 'silences' && <Silences state={state} />}
      {tab === 'rules' && <Rules state={state} />}
      {tab === 'history' && <History />}
      {tab === 'deliveries' && <Deliveries state={state} />}
    </>
  );
}

function ActiveList({ state }: { readonly state: AlertsState }) {
  if (state.active.length === 0)
    return (
      <p class="empty large">
        <b class="ok">✓</b> Nothing is wrong. {state.rules.length} rules are watched.
      </p>
    );
  return (
    <ul class="alerts">
      {state.active.map((alert) => (
        <AlertCard key={alert.id} alert={alert} />
      ))}
    </ul>
  );
}

function AlertCard({ alert }: { readonly alert: Active }) {
  const {
    id,
    ruleName,
    labels,
    annotations,
    severity,
    state,
    value,
    threshold,
    activeAt,
    acknowledgedBy,
    silencedBy,
    inhibitedBy,
    runbookUrl,
    reason,
  } = alert;
  const tone = severity === 'critical' || severity === 'error' ? 'bad' : severity === 'warning' ? 'warn' : 'info';
  const since = (serverNow.value - Date.parse(activeAt)) / 1000;
  const rest = Object.entries(labels).filter(([name]) => name !== 'alertname');
  const canAct = config.value?.canAct === true;
  const evaluations = alerts.value?.rules.find((rule) => rule.ruleName === ruleName)?.evaluations ?? [];
  return (
    <li class={`card ${tone}`}>
      <div class="head">
        <span class={`badge ${tone}`}>{severity}</span>
        <span class="badge">{state}</span>
        <h3>{ruleName}</h3>
        <span class="note">for {duration(Math.max(0, Math.round(since)))}</span>
      </div>
      <p>{annotations['summary'] ?? annotations['description'] ?? ''}</p>
      <p class="figures">
        <b>{format(value)}</b> against a threshold of <b>{format(threshold)}</b>
        {reason !== undefined && <span class="badge">{reason}</span>}
        <Trail values={evaluations.map(({ worst }) => worst)} threshold={threshold} />
      </p>
      <p class="chips">
        {rest.map(([name, text]) => (
          <span class="chip" key={name}>
            {name}={text}
          </span>
        ))}
      </p>
      <p class="note">
        {acknowledgedBy === undefined ? 'Nobody has taken care yet.' : `${acknowledgedBy} takes care.`}
        {silencedBy.length > 0 && ' Silenced.'}
        {inhibitedBy.length > 0 && ' Muted by another alert.'}
        {runbookUrl !== undefined && /^https?:/.test(runbookUrl) && (
          <>
            {' '}
            <a href={runbookUrl} rel="noreferrer">
              Runbook
            </a>
          </>
        )}
      </p>
      {canAct && (
        <div class="actions">
          {acknowledgedBy === undefined ? (
            <button
              type="button"
              class="primary"
              onClick={() =>
                void act('acknowledge', { id, by: me.value || 'somebody' }, `You take care of ${ruleName}.`)
              }
            >
              Acknowledge
            </button>
          ) : (
            <button
              type="button"
              onClick={() => void act('unacknowledge', { id }, `Nobody takes care of ${ruleName} now.`)}
            >
              Take back
            </button>
          )}
          <button
            type="button"
            onClick={() =>
              (draft.value = Object.entries(labels).map(([name, text]) => matcherText({ name, op: '=', value: text })))
            }
          >
            Silence…
          </button>
        </div>
      )}
    </li>
  );
}

/** Last values of a rule as bars against its threshold. */
function Trail({ values, threshold }: { readonly values: readonly (number | null)[]; readonly threshold: number }) {
  const last = values.slice(-40);
  if (last.length === 0) return null;
  const high = Math.max(threshold, ...last.map((value) => value ?? 0), 1e-12) * 1.1;
  return (
    <svg class="trail" viewBox="0 0 120 24" preserveAspectRatio="none" aria-hidden="true">
      {last.map(
        (value, at) =>
          value !== null && (
            <rect key={at} x={at * 3} width="2" y={24 - (value / high) * 24} height={(value / high) * 24} />
          ),
      )}
      <line x1="0" x2="120" y1={24 - (threshold / high) * 24} y2={24 - (threshold / high) * 24} />
    </svg>
  );
}

function SilenceForm({ state }: { readonly state: AlertsState }) {
  const [lines, setLines] = useState((draft.value ?? []).join('\n'));
  const [durationMs, setDuration] = useState('3600000');
  const [comment, setComment] = useState('');
  useEffect(() => setLines((draft.value ?? []).join('\n')), [draft.value]);
  const texts = lines.split('\n').filter((line) => line.trim() !== '');
  const matchers = texts.map(parseMatcher);
  const wrong = texts.filter((_, at) => matchers[at] === undefined);
  const valid = matchers.filter((matcher) => matcher !== undefined);
  const hit = state.active.filter(({ labels }) =>
    valid.every((matcher) => matches(matcher, labels[matcher.name] ?? '')),
  );
  const close = (): void => void (draft.value = undefined);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (
      await act(
        'silence',
        { matchers: valid, durationMs: Number(durationMs), by: me.value || 'somebody', comment },
        `Silence begins; it mutes ${hit.length} active alerts.`,
      )
    )
      close();
  };
  return (
    <form
      class="panel silence"
      onSubmit={(event) => void submit(event)}
      aria-label="New silence"
      onKeyDown={(event) => event.key === 'Escape' && close()}
    >
      <h3>New silence</h3>
      <label>
        Matchers, one a line; all must match
        <textarea
          rows={Math.max(3, texts.length + 1)}
          value={lines}
          spellcheck={false}
          placeholder={'alertname="high_error_rate"\nroute=~"/api/.*"'}
          onInput={(event) => setLines(event.currentTarget.value)}
          ref={(element) => {
            if (element !== null && document.activeElement === document.body) element.focus();
          }}
        />
      </label>
      <p class={wrong.length > 0 ? 'error' : 'note'} role="status">
        {wrong.length > 0
          ? `This is no matcher: ${wrong[0] ?? ''}. Write name="value", or use !=, =~, !~.`
          : valid.length === 0
            ? 'At least one matcher is needed.'
            : `Mutes ${hit.length} of ${state.active.length} active alerts.`}
      </p>
      <div class="fields">
        <label>
          For{' '}
          <select value={durationMs} onChange={(event) => setDuration(event.currentTarget.value)}>
            {DURATIONS.map(([ms, name]) => (
              <option key={ms} value={ms}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="grow">
          Why{' '}
          <input
            required
            value={comment}
            placeholder="deploying 4.2, tracked in OPS-17"
            onInput={(event) => setComment(event.currentTarget.value)}
          />
        </label>
      </div>
      <div class="actions">
        <button type="submit" class="primary" disabled={wrong.length > 0 || valid.length === 0 || comment === ''}>
          Silence
        </button>
        <button type="button" onClick={close}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function matches({ op, value }: { readonly op: string; readonly value: string }, text: string): boolean {
  if (op === '=' || op === '!=') return (text === value) === (op === '=');
  try {
    return new RegExp(`^(?:${value})$`, 'su').test(text) === (op === '=~');
  } catch {
    return false;
  }
}

function Silences({ state }: { readonly state: AlertsState }) {
  return (
    <Panel title="Silences" wide>
      <DataTable
        caption="Silences"
        sort="until"
        rows={state.silences}
        keyOf={({ id }) => id}
        empty="Nothing is silenced."
        columns={[
          {
            name: 'matchers',
            show: ({ matchers }) => <code>{matchers.map(matcherText).join(', ')}</code>,
            sortBy: ({ id }) => id,
            isText: true,
          },
          { name: 'why', show: ({ comment }) => comment, sortBy: ({ comment }) => comment, isText: true },
          { name: 'by', show: ({ createdBy }) => createdBy, sortBy: ({ createdBy }) => createdBy, isText: true },
          { name: 'until', show: ({ endsAt }) => moment(endsAt), sortBy: ({ endsAt }) => endsAt },
          {
            name: 'end',
            show: ({ id }) =>
              config.value?.canAct === true ? (
                <button type="button" onClick={() => void act('expire', { id }, 'The silence is over.')}>
                  End now
                </button>
              ) : (
                ''
              ),
            sortBy: ({ id }) => id,
          },
        ]}
      />
    </Panel>
  );
}

function Rules({ state }: { readonly state: AlertsState }) {
  return (
    <Panel title="Rules" wide>
      <DataTable
        caption="Rules"
        sort="status"
        rows={state.rules}
        keyOf={({ ruleName }) => ruleName}
        empty="No rule yet. Add one with alertManager.addRule()."
        columns={[
          { name: 'rule', show: ({ ruleName }) => ruleName, sortBy: ({ ruleName }) => ruleName, isText: true },
          {
            name: 'status',
            show: ({ status }) => (
              <span class={{ ok: 'ok', err: 'bad', no_series: 'warn', unknown: 'muted' }[status]}>
                {{ ok: 'works', err: 'fails', no_series: 'matches nothing', unknown: 'not yet run' }[status]}
              </span>
            ),
            sortBy: ({ status }) => status,
            isText: true,
          },
          {
            name: 'says',
            show: ({ explanation, warnings, lastError }) => (
              <>
                {explanation}
                {lastError !== undefined && <em class="bad"> {lastError}</em>}
                {warnings.map((text) => (
                  <em class="warn" key={text}>
                    {' '}
                    {text}
                  </em>
                ))}
              </>
            ),
            sortBy: ({ explanation }) => explanation,
            isText: true,
          },
          {
            name: 'worst now',
            show: ({ evaluations }) => format(evaluations[evaluations.length - 1]?.worst),
            sortBy: ({ evaluations }) => evaluations[evaluations.length - 1]?.worst ?? null,
          },
          {
            name: 'took',
            show: ({ lastDurationMs }) =>
              format(lastDurationMs === undefined ? null : lastDurationMs / 1000, 'seconds'),
            sortBy: ({ lastDurationMs }) => lastDurationMs ?? null,
          },
        ]}
      />
    </Panel>
  );
}

function History() {
  const [events, setEvents] = useState<readonly Json<AlertEvent>[] | string | undefined>(undefined);
  const { startMs, endMs } = shownWindow.value;
  useEffect(() => {
    if (endMs === 0) return;
    readHistory(startMs, endMs + 60_000).then(setEvents, (error: unknown) => setEvents(String(error)));
  }, [startMs, endMs]);
  if (typeof events === 'string')
    return (
      <p class="error" role="alert">
        {events}
      </p>
    );
  if (events === undefined) return <div class="skeleton" role="status" aria-label="Loading" />;
  return (
    <Panel title="History" note="within the chosen range, newest first" wide>
      {events.length === 0 ? (
        <p class="empty">Nothing happened in this span. Choose a longer range.</p>
      ) : (
        <ol class="timeline">
          {events.map(({ seq, at, type, ruleName, labels, value, reason, durationMs, channel }) => (
            <li
              key={seq}
              class={type === 'firing' ? 'bad' : type === 'resolved' ? 'ok' : type === 'pending' ? 'warn' : ''}
            >
              <time dateTime={at}>{moment(at)}</time> <b>{type.replaceAll('_', ' ')}</b> {ruleName}
              <span class="note">
                {' '}
                {[
                  channel,
                  value === undefined ? undefined : format(value),
                  reason,
                  durationMs === undefined ? undefined : `after ${duration(durationMs / 1000)}`,
                  ...Object.entries(labels)
                    .filter(([name]) => name !== 'alertname')
                    .map((pair) => pair.join('=')),
                ]
                  .filter((text) => text !== undefined)
                  .join(' · ')}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Deliveries({ state }: { readonly state: AlertsState }) {
  const canAct = config.value?.canAct === true;
  return (
    <>
      <Panel title="Channels" wide>
        <DataTable
          caption="Channels"
          sort="undelivered"
          rows={state.channels}
          keyOf={({ channel }) => channel}
          empty="No channel. Give AlertManager a notification service."
          columns={[
            { name: 'channel', show: ({ channel }) => channel, sortBy: ({ channel }) => channel, isText: true },
            {
              name: 'state',
              show: ({ circuitOpen, consecutiveFailures, lastError }) =>
                circuitOpen ? (
                  <span class="bad">held back: {lastError}</span>
                ) : consecutiveFailures > 0 ? (
                  <span class="warn">fails: {lastError}</span>
                ) : (
                  <span class="ok">delivers</span>
                ),
              sortBy: ({ consecutiveFailures }) => consecutiveFailures,
              isText: true,
            },
            {
              name: 'undelivered',
              show: ({ undelivered }) => format(undelivered),
              sortBy: ({ undelivered }) => undelivered,
            },
            {
              name: 'last arrived',
              show: ({ lastDeliveredAt }) => (lastDeliveredAt === undefined ? 'never' : moment(lastDeliveredAt)),
              sortBy: ({ lastDeliveredAt }) => lastDeliveredAt ?? null,
            },
            {
              name: 'test',
              show: ({ channel }) =>
                canAct ? (
                  <button type="button" onClick={() => void act('test', { channel }, `A test went to ${channel}.`)}>
                    Send a test
                  </button>
                ) : (
                  ''
                ),
              sortBy: () => null,
            },
          ]}
        />
      </Panel>
      {state.deadLetters.length > 0 && (
        <Panel title="Given up" note="these could not be delivered" wide>
          <DataTable
            caption="Given up"
            sort="at"
            rows={state.deadLetters}
            keyOf={({ id }) => id}
            empty=""
            columns={[
              { name: 'channel', show: ({ channel }) => channel, sortBy: ({ channel }) => channel, isText: true },
              { name: 'why', show: ({ error }) => error, sortBy: ({ error }) => error, isText: true },
              { name: 'at', show: ({ at }) => moment(at), sortBy: ({ at }) => at },
              {
                name: 'again',
                show: ({ id }) =>
                  canAct ? (
                    <button type="button" onClick={() => void act('redeliver', { id }, 'Tried again.')}>
                      Try again
                    </button>
                  ) : (
                    ''
                  ),
                sortBy: () => null,
              },
            ]}
          />
        </Panel>
      )}
      <Panel title="Delivery log" wide>
        <DataTable
          caption="Delivery log"
          sort="at"
          rows={state.deliveries}
          keyOf={({ at, channel, attempt }) => `${at}${channel}${attempt}`}
          empty="Nobody was told anything yet."
          columns={[
            { name: 'at', show: ({ at }) => moment(at), sortBy: ({ at }) => at, isText: true },
            { name: 'channel', show: ({ channel }) => channel, sortBy: ({ channel }) => channel, isText: true },
            {
              name: 'result',
              show: ({ status, error }) => (
                <span class={{ delivered: 'ok', retry: 'warn', permanent: 'bad' }[status]}>
                  {status}
                  {error === undefined ? '' : `: ${error}`}
                </span>
              ),
              sortBy: ({ status }) => status,
              isText: true,
            },
            { name: 'firing', show: ({ firing }) => format(firing), sortBy: ({ firing }) => firing },
            { name: 'resolved', show: ({ resolved }) => format(resolved), sortBy: ({ resolved }) => resolved },
            {
              name: 'took',
              show: ({ durationMs }) => format(durationMs / 1000, 'seconds'),
              sortBy: ({ durationMs }) => durationMs,
            },
          ]}
        />
      </Panel>
    </>
  );
}
