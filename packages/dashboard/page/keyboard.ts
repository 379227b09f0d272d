import { signal } from '@preact/signals';
import {
  RANGES,
  SCREENS,
  cycleTheme,
  go,
  rangeMs,
  setParams,
  togglePause,
  shownWindow,
  zoomOut,
  zoomTo,
} from './state.ts';

/** Whether the list of keys is shown. */
export const isHelpOpen = signal(false);

/** The keys, for people. */
export const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ...SCREENS.map(({ key, name }) => [`g ${key}`, name] as const),
  ['/', 'search metrics'],
  ['p', 'pause, or follow again'],
  ['[  ]', 'shorter or longer range'],
  ['+  -', 'zoom in or out'],
  ['←  →', 'earlier or later, while zoomed'],
  ['Esc', 'whole range; close'],
  ['t', 'theme: system, light, dark'],
  ['?', 'these keys'],
];

let isGoing = false;

/** Listens for keys, but not while somebody types. */
export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    const field =
      event.target instanceof HTMLElement && event.target.matches('input, textarea, select') ? event.target : undefined;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (field !== undefined) {
      if (event.key === 'Escape') field.blur();
      return;
    }
    const isHandled = isGoing ? goTo(event.key) : press(event.key, event.target);
    isGoing = !isGoing && event.key === 'g';
    if (isHandled) event.preventDefault();
  });
}

function goTo(key: string): boolean {
  const screen = SCREENS.find((candidate) => candidate.key === key);
  if (screen === undefined) return false;
  go(screen.id);
  focusMain();
  return true;
}

/** Moves the reader to the new screen, as a followed link would. */
export function focusMain(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true }));
}

function press(key: string, target: EventTarget | null): boolean {
  const isScrolling = target instanceof HTMLElement && target.matches('.scroll');
  switch (key) {
    case '/':
      go('explorer');
      requestAnimationFrame(() => document.querySelector<HTMLInputElement>('#search')?.focus());
      return true;
    case 'p':
      togglePause();
      return true;
    case '[':
    case ']':
      stepRange(key === ']' ? 1 : -1);
      return true;
    case '+':
    case '-':
      zoomBy(key === '+' ? 0.5 : 2);
      return true;
    case 'ArrowLeft':
    case 'ArrowRight':
      return !isScrolling && pan(key === 'ArrowRight' ? 0.25 : -0.25);
    case 'Escape':
      isHelpOpen.value = false;
      zoomOut();
      return true;
    case 't':
      cycleTheme();
      return true;
    case '?':
      isHelpOpen.value = !isHelpOpen.value;
      return true;
    default:
      return false;
  }
}

function stepRange(by: number): void {
  const at = RANGES.findIndex(([seconds]) => seconds * 1000 === rangeMs.value);
  const next = RANGES[Math.max(0, Math.min(RANGES.length - 1, at + by))];
  if (next !== undefined) setParams({ range: String(next[0]), from: '', to: '' });
}

function zoomBy(factor: number): void {
  const { startMs, endMs } = shownWindow.value;
  const half = ((endMs - startMs) / 2) * factor;
  const middle = (startMs + endMs) / 2;
  zoomTo(middle - half, Math.min(middle + half, middle + half));
}

function pan(by: number): boolean {
  const { startMs, endMs } = shownWindow.value;
  if (!location.hash.includes('from=')) return false;
  const shift = (endMs - startMs) * by;
  zoomTo(startMs + shift, endMs + shift);
  return true;
}
