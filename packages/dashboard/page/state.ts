import { computed, effect, signal } from '@preact/signals';

/** The screens, in the order of the menu: address, name, key after `g`, and the question each answers. */
export const SCREENS = [
  {
    id: 'overview',
    name: 'Overview',
    key: 'o',
    question: 'Is the service well right now, and if not, where does it hurt?',
  },
  { id: 'http', name: 'HTTP', key: 'h', question: 'Which routes are slow or failing, and since when?' },
  { id: 'mcp', name: 'MCP', key: 'm', question: 'Which tools fail or drag, why, and how much context do they cost?' },
  { id: 'data', name: 'Data', key: 'd', question: 'Do the database, the caches or the services of others hold us up?' },
  { id: 'business', name: 'Business', key: 'b', question: 'Does the work get done, and as estimated?' },
  {
    id: 'system',
    name: 'System & health',
    key: 's',
    question: 'Does the process run out of CPU, memory, disk or time?',
  },
  { id: 'alerts', name: 'Alerts', key: 'a', question: 'What is wrong, who takes care, and who was told?' },
  { id: 'explorer', name: 'Explorer', key: 'e', question: 'What does any metric say, and what does it cost?' },
] as const;

/** Ranges to choose from, in seconds. */
export const RANGES = [
  [300, '5 min'],
  [900, '15 min'],
  [3600, '1 h'],
  [10800, '3 h'],
  [21600, '6 h'],
] as const;

/** What is in the address: all that a colleague needs to see the same. */
export interface ViewState {
  readonly screen: string;
  readonly params: Readonly<Record<string, string>>;
}

/** The view, as the address has it. */
export const view = signal<ViewState>(readAddress());

/** A parameter of the view. */
export function param(name: string): string {
  return view.value.params[name] ?? '';
}

/** Changes parameters; an empty value takes one out. Addresses that differ only in parameters share a history entry. */
export function setParams(changes: Readonly<Record<string, string>>): void {
  const params = Object.fromEntries(
    Object.entries({ ...view.peek().params, ...changes }).filter(([, value]) => value !== ''),
  );
  view.value = { screen: view.peek().screen, params };
  history.replaceState(null, '', addressOf(view.peek()));
}

/** Goes to a screen; range and pause stay, the rest is of the former screen. */
export function go(screen: string, extra: Readonly<Record<string, string>> = {}): void {
  const { range, from, to, at } = view.peek().params;
  const kept = Object.entries({ range, from, to, at, ...extra }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  view.value = { screen, params: Object.fromEntries(kept) };
  history.pushState(null, '', addressOf(view.peek()));
}

function addressOf({ screen, params }: ViewState): string {
  const text = new URLSearchParams(params).toString();
  return `#/${screen}${text === '' ? '' : `?${text}`}`;
}

function readAddress(): ViewState {
  const [screen = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const known = SCREENS.some(({ id }) => id === screen) ? screen : 'overview';
  return { screen: known, params: Object.fromEntries(new URLSearchParams(query)) };
}

addEventListener('popstate', () => (view.value = readAddress()));
addEventListener('hashchange', () => (view.value = readAddress()));

/** Time of the server at the last frame, in milliseconds since the epoch; 0 before the first. */
export const serverNow = signal(0);
/** Whether the server has told its time. Unlike the time itself it does not change with each frame. */
export const isTimeKnown = computed(() => serverNow.value > 0);

/** Range in milliseconds. */
export const rangeMs = computed(() => (Number(view.value.params['range']) || 900) * 1000);
/** Whether the view stands still at a moment. Filters still work. */
export const isPaused = computed(() => view.value.params['at'] !== undefined);

const STEPS_S = [2, 5, 10, 15, 30, 60, 120, 300];

/** The grid that everything is asked on. All browsers with the same range share it, and so the answers. */
const grid = computed(() => {
  const { from, to, at } = view.value.params;
  const isZoomed = from !== undefined && to !== undefined;
  const spanMs = isZoomed ? Number(to) - Number(from) : rangeMs.value;
  const stepMs = 1000 * (STEPS_S.find((step) => spanMs / 1000 / step <= 180) ?? 600);
  const lastMs = isZoomed ? Number(to) : at === undefined ? serverNow.value : Number(at);
  const endMs = Math.floor(lastMs / stepMs) * stepMs;
  return `${endMs - Math.ceil(spanMs / stepMs) * stepMs}/${endMs}/${stepMs}`;
});

/** The grid as numbers. It changes only when there is a new point to ask for. */
export const shownWindow = computed(() => {
  const [startMs = 0, endMs = 0, stepMs = 1000] = grid.value.split('/').map(Number);
  return { startMs, endMs, stepMs, rateMs: Math.max(30_000, stepMs * 4) };
});

/** Stands still, or follows time again. */
export function togglePause(): void {
  setParams({ at: isPaused.peek() ? '' : String(serverNow.peek()) });
}

/** Shows a span. */
export function zoomTo(fromMs: number, toMs: number): void {
  if (toMs - fromMs < 4000) return;
  setParams({ from: String(Math.round(fromMs)), to: String(Math.round(toMs)) });
}

/** Shows the whole range again. */
export function zoomOut(): void {
  setParams({ from: '', to: '' });
}

/** `light`, `dark`, or `system`. */
export const theme = signal(readTheme());
/** Whether it is dark, whoever decided. */
export const isDark = signal(false);
const darkQuery = matchMedia('(prefers-color-scheme: dark)');
const applyTheme = (): void => {
  isDark.value = theme.value === 'dark' || (theme.value === 'system' && darkQuery.matches);
  document.documentElement.dataset['theme'] = isDark.peek() ? 'dark' : 'light';
};
darkQuery.addEventListener('change', applyTheme);
effect(applyTheme);

/** The next theme. */
export function cycleTheme(): void {
  const order = ['system', 'light', 'dark'];
  theme.value = order[(order.indexOf(theme.peek()) + 1) % order.length] ?? 'system';
  try {
    localStorage.setItem('metrics-theme', theme.peek());
  } catch {
    // A browser without storage forgets the choice.
  }
}

function readTheme(): string {
  try {
    return localStorage.getItem('metrics-theme') ?? 'system';
  } catch {
    return 'system';
  }
}
