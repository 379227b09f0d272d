import { unescapeText } from './escapes.ts';
import type { ExpositionExemplar, ExpositionSample } from './exposition-family.ts';
import type { LineScanner } from './line-scanner.ts';
import { parseNumberText } from './number-text.ts';

const METRIC_NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const QUOTED = /"(?:[^"\\]|\\.)*"/y;
const WORD = /[^ ]+/y;
const VALUE_ESCAPES = ['\\\\', '\\n', '\\"'];

/** Takes a metric name. */
export function takeMetricName(line: LineScanner): string {
  return line.takeMatch(METRIC_NAME, 'a metric name');
}

/** Reads a whole sample line: name, labels, value, and where they are given timestamp and exemplar. */
export function readSample(line: LineScanner): ExpositionSample {
  const name = takeMetricName(line);
  const labels = line.tryTake('{') ? takeLabels(line) : {};
  line.take(' ');
  const value = takeNumber(line);
  const timestamp = takeTimestamp(line);
  const exemplar = line.tryTake(' # ') ? takeExemplar(line) : undefined;
  if (!line.isAtEnd) line.fail('unexpected text after the sample');
  return {
    name,
    labels,
    value,
    ...(timestamp === undefined ? {} : { timestamp }),
    ...(exemplar === undefined ? {} : { exemplar }),
  };
}

function takeExemplar(line: LineScanner): ExpositionExemplar {
  line.take('{');
  const labels = takeLabels(line);
  line.take(' ');
  const value = takeNumber(line);
  const timestamp = takeTimestamp(line);
  return timestamp === undefined ? { labels, value } : { labels, value, timestamp };
}

function takeLabels(line: LineScanner): Readonly<Record<string, string>> {
  const labels = new Map<string, string>();
  if (line.tryTake('}')) return {};
  do {
    const name = line.takeMatch(LABEL_NAME, 'a label name');
    if (labels.has(name)) line.fail(`label "${name}" twice`);
    line.take('=');
    const quoted = line.takeMatch(QUOTED, 'a quoted label value');
    labels.set(name, unescapeText(quoted.slice(1, -1), VALUE_ESCAPES) ?? line.fail('unknown escape'));
  } while (line.tryTake(','));
  line.take('}');
  return Object.fromEntries(labels);
}

function takeTimestamp(line: LineScanner): number | undefined {
  if (line.isAtEnd || line.nextIs(' # ')) return undefined;
  line.take(' ');
  return takeNumber(line);
}

function takeNumber(line: LineScanner): number {
  const text = line.takeMatch(WORD, 'a number');
  return parseNumberText(text) ?? line.fail(`${JSON.stringify(text)} is no number`);
}
