import { type AlertControl, type AlertSource, MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';
import type { LabelRedactor } from './label-redactor.ts';
import { numberAt, objectAt, parseMatchers, stringAt } from './parse-query.ts';

/** What the page shows of alerts: everything an {@link AlertSource} knows now. */
export function readAlerts(source: AlertSource, redactor: LabelRedactor): Readonly<Record<string, unknown>> {
  return {
    active: source.getActiveAlerts().map((alert) =>
      Object.assign({}, alert, {
        labels: redactor.labels(alert.labels),
        annotations: redactor.texts(alert.annotations, alert.labels),
      }),
    ),
    silences: source.getSilences().map((silence) =>
      Object.assign({}, silence, {
        matchers: silence.matchers.map(({ name, op, value }) => ({ name, op, value: redactor.valueOf(name, value) })),
      }),
    ),
    rules: source.getRuleHealth(),
    channels: source.getChannelHealth(),
    deliveries: source
      .getDeliveries()
      .slice(0, 100)
      .map((delivery) => withGroup(delivery, redactor)),
    deadLetters: source.getDeadLetters().map((letter) => withGroup(letter, redactor)),
  };
}

function withGroup<Item extends { readonly groupLabels: Readonly<Record<string, string>> }>(
  item: Item,
  redactor: LabelRedactor,
): Item {
  return Object.assign({}, item, { groupLabels: redactor.labels(item.groupLabels) });
}

/** What happened to alerts between two moments, newest first, at most 500. */
export function readAlertHistory(
  source: AlertSource,
  redactor: LabelRedactor,
  startMs: number,
  endMs: number,
): unknown {
  const events = source.getAlertHistory({ start: new Date(startMs), end: new Date(endMs) });
  const newest = events.slice(-500).toReversed();
  return { events: newest.map((event) => Object.assign({}, event, { labels: redactor.labels(event.labels) })) };
}

/** Does what a button of the page asks for. */
export async function runAlertAction(
  control: AlertControl,
  action: string,
  body: unknown,
  context: { readonly redactor: LabelRedactor; readonly nowMs: number },
): Promise<unknown> {
  const json = objectAt(body, 'body');
  const text = (key: string) => stringAt(json[key], key);
  switch (action) {
    case 'acknowledge':
      return control.acknowledge(text('id'), text('by'), json['comment'] === undefined ? undefined : text('comment'));
    case 'unacknowledge':
      return control.unacknowledge(text('id'));
    case 'silence':
      return control.silence({
        matchers: parseMatchers(json['matchers'], 'matchers', context.redactor),
        endsAt: new Date(context.nowMs + numberAt(json['durationMs'], 'durationMs', 60_000, 30 * 86_400_000)),
        createdBy: text('by'),
        comment: text('comment'),
      });
    case 'expire':
      return control.expireSilence(text('id'));
    case 'redeliver':
      return control.redeliver(text('id'));
    case 'test':
      return control.testChannel(text('channel'));
    default:
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `There is no action '${action}'. Use acknowledge, unacknowledge, silence, expire, redeliver or test.`,
      );
  }
}
