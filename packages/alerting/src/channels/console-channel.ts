import { headlineOf, labelsText, spanOf, titleOf } from './alert-text.ts';
import type { ChannelSender } from './channel-sender.ts';

/** Where lines go. */
export interface ConsoleOptions {
  /** Takes one line, without its end. Default: to standard output. */
  readonly write?: (line: string) => void;
}

/** Control characters: a terminal would obey them, and a line break would forge a line. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;

/** Writes notifications as lines of text. */
export function createConsoleChannel({ write = writeLine }: ConsoleOptions = {}): ChannelSender {
  return {
    send: (notification) => {
      write(visible(headlineOf(notification)));
      for (const alert of notification.alerts) {
        const labels = labelsText(alert.labels);
        const text = `${alert.status} ${alert.severity}: ${titleOf(alert)}${labels && ` {${labels}}`}`;
        write(visible(`  ${text}, ${spanOf(alert, notification.at)}`));
      }
      return Promise.resolve({ status: 'delivered' });
    },
  };
}

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

function visible(text: string): string {
  return text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
