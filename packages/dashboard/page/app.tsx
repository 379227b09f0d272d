import { useEffect, useRef } from 'preact/hooks';
import { notice } from './copy.ts';
import { clock } from './format.ts';
import { KEYS, focusMain, isHelpOpen } from './keyboard.ts';
import { connection } from './live.ts';
import { Alerts } from './screens/alerts.tsx';
import { Business } from './screens/business.tsx';
import { Data } from './screens/data.tsx';
import { Explorer } from './screens/explorer.tsx';
import { Http } from './screens/http.tsx';
import { Mcp } from './screens/mcp.tsx';
import { Overview } from './screens/overview.tsx';
import { System } from './screens/system.tsx';
import { alerts, config } from './server.ts';
import {
  RANGES,
  SCREENS,
  cycleTheme,
  go,
  isPaused,
  param,
  rangeMs,
  serverNow,
  setParams,
  theme,
  togglePause,
  view,
  zoomOut,
} from './state.ts';

const BODIES = {
  overview: Overview,
  http: Http,
  mcp: Mcp,
  data: Data,
  business: Business,
  system: System,
  alerts: Alerts,
  explorer: Explorer,
};

/** The page. */
export function App() {
  const screen = SCREENS.find(({ id }) => id === view.value.screen) ?? SCREENS[0];
  const Body = BODIES[screen.id];
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          focusMain();
        }}
      >
        Skip to content
      </a>
      <Menu current={screen.id} />
      <div class="page">
        <TopBar />
        <main id="main">
          <div class="title">
            <h1 tabIndex={-1}>{screen.name}</h1>
            <p>{screen.question}</p>
          </div>
          <Body key={screen.id} />
        </main>
      </div>
      <div class={notice.value === '' ? 'toast' : 'toast shown'} role="status" aria-live="polite">
        {notice.value}
      </div>
      {isHelpOpen.value && <Help />}
    </>
  );
}

function Menu({ current }: { readonly current: string }) {
  const firing = alerts.value?.active.filter(({ state }) => state === 'firing').length ?? 0;
  return (
    <nav class="menu" aria-label="Screens">
      <p class="brand">
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M2 12h4l2-7 4 11 2-6h4" />
        </svg>
        <span>{config.value?.title ?? 'Metrics'}</span>
      </p>
      <ul>
        {SCREENS.map(({ id, name, key }) => (
          <li key={id}>
            <a
              href={`#/${id}`}
              aria-current={id === current ? 'page' : undefined}
              onClick={(event) => {
                event.preventDefault();
                go(id);
                focusMain();
              }}
            >
              <span>{name}</span>
              {id === 'alerts' && firing > 0 ? (
                <b class="count">
                  {firing}
                  <span class="hidden"> firing</span>
                </b>
              ) : (
                <kbd aria-hidden="true">g {key}</kbd>
              )}
            </a>
          </li>
        ))}
      </ul>
      <button type="button" class="quiet" onClick={() => (isHelpOpen.value = true)}>
        Keys <kbd aria-hidden="true">?</kbd>
      </button>
    </nav>
  );
}

function TopBar() {
  const isZoomed = param('from') !== '';
  const state = connection.value;
  const says = { connecting: 'Connecting', live: isPaused.value ? 'Paused' : 'Live', stale: 'Stale' }[state];
  return (
    <header class="top">
      <span class={`badge live ${state === 'stale' ? 'bad' : isPaused.value ? 'warn' : 'ok'}`} role="status">
        {says}
        {state === 'stale' ? `: no data since ${clock(serverNow.value)}; connecting again` : ''}
      </span>
      <span class="spacer" />
      {isZoomed && (
        <button type="button" onClick={zoomOut}>
          Whole range
        </button>
      )}
      <div class="tabs" role="group" aria-label="Range">
        {RANGES.map(([seconds, name]) => (
          <button
            type="button"
            key={seconds}
            aria-pressed={!isZoomed && rangeMs.value === seconds * 1000}
            onClick={() => setParams({ range: String(seconds), from: '', to: '' })}
          >
            {name}
          </button>
        ))}
      </div>
      <button type="button" aria-pressed={isPaused.value} onClick={togglePause}>
        {isPaused.value ? 'Follow' : 'Pause'}
      </button>
      <button type="button" onClick={cycleTheme} aria-label={`Theme: ${theme.value}`}>
        {{ system: '◐', light: '○', dark: '●' }[theme.value] ?? '◐'} <span class="wide-only">{theme.value}</span>
      </button>
    </header>
  );
}

function Help() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-label="Keys" onClose={() => (isHelpOpen.value = false)}>
      <h2>Keys</h2>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <p class="note">Drag in a chart to zoom, double-click to see the whole range.</p>
      <button type="button" onClick={() => dialog.current?.close()}>
        Close
      </button>
    </dialog>
  );
}
