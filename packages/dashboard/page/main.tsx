import { render } from 'preact';
import { followAlerts } from './alert-bands.ts';
import { App } from './app.tsx';
import { notify } from './copy.ts';
import { listenToKeys } from './keyboard.ts';
import { listen } from './live.ts';
import { type Config, config, loadCatalogue, read } from './server.ts';
import { serverNow } from './state.ts';

const CATALOGUE_MS = 30_000;

async function start(): Promise<void> {
  const root = document.getElementById('app');
  if (root === null) return;
  render(<App />, root);
  listenToKeys();
  followAlerts();
  listen();
  try {
    config.value = await read<Config>('api/config');
    // Charts need not wait for the first frame.
    if (serverNow.peek() === 0) serverNow.value = config.value.nowMs;
    document.title = config.value.title;
  } catch (error) {
    notify(
      `The server does not answer: ${error instanceof Error ? error.message : String(error)}. Load the page again.`,
    );
  }
  const refresh = (): void => void loadCatalogue().catch(() => undefined);
  refresh();
  setInterval(refresh, CATALOGUE_MS);
}

void start();
