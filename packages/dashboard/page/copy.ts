import { signal } from '@preact/signals';

/** A short notice at the bottom of the page; empty for none. */
export const notice = signal('');
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows a notice for some seconds. */
export function notify(text: string): void {
  notice.value = text;
  clearTimeout(timer);
  timer = setTimeout(() => (notice.value = ''), 5000);
}

/** Copies a text and says so; without permission the text is shown instead. */
export function copy(text: string, what: string): void {
  const shown = (): void => notify(text);
  // Pages that are not served over TLS or from localhost have no clipboard.
  if (!isSecureContext) shown();
  else navigator.clipboard.writeText(text).then(() => notify(`Copied as ${what}: ${text.slice(0, 160)}`), shown);
}
