import type { HistoryQuery, QueryExpression } from '@bduf/metrics-core/interfaces';

/** Names of all metrics that questions are about. */
export function askedMetrics(batch: readonly HistoryQuery[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { expression } of batch) collect(expression, names);
  return names;
}

function collect(expression: QueryExpression, names: Set<string>): void {
  switch (expression.kind) {
    case 'number':
      return;
    case 'select':
    case 'window':
      names.add(expression.selector.metric);
      return;
    case 'binary':
      collect(expression.left, names);
      collect(expression.right, names);
      return;
    case 'aggregate':
    case 'histogram':
    default:
      collect(expression.of, names);
  }
}
