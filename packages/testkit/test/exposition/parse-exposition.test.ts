import { describe, expect, it } from '@jest/globals';
import { parseOpenMetricsText, parsePrometheusText } from '@bduf/metrics-testkit';
import { isCanonicalNumber } from '../../src/exposition/number-text.ts';

const HISTOGRAM = ['# TYPE h histogram', 'h_bucket{le="1.0"} 1', 'h_bucket{le="+Inf"} 3', 'h_sum 4.5', 'h_count 3'];

function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}

/** A histogram with one line replaced. */
function histogramWith(index: number, line: string): string {
  return lines(...HISTOGRAM.with(index, line));
}

describe('parsePrometheusText', () => {
  it('reads families with escapes, types and timestamps', () => {
    const text = lines(
      '# HELP a Back \\\\ and \\n and "quote".',
      '# TYPE a counter',
      'a{x="1\\n\\"\\\\",y=""} 1.5e3 1700',
      'b NaN',
    );
    expect(parsePrometheusText(text)).toEqual([
      {
        name: 'a',
        type: 'counter',
        unit: '',
        help: 'Back \\ and \n and "quote".',
        samples: [{ name: 'a', labels: { x: '1\n"\\', y: '' }, value: 1500, timestamp: 1700 }],
      },
      { name: 'b', type: 'untyped', unit: '', help: '', samples: [{ name: 'b', labels: {}, value: Number.NaN }] },
    ]);
  });

  it('reads an empty document', () => {
    expect(parsePrometheusText('')).toEqual([]);
  });

  it.each([
    ['no last line end', 'a 1'],
    ['a blank line', lines('a 1', '')],
    ['a carriage return', 'a 1\r\n'],
    ['a comment', lines('# hello')],
    ['two spaces', lines('a  1')],
    ['a trailing space', lines('a 1 ')],
    ['a trailing comma', lines('a{x="1",} 1')],
    ['an illegal name', lines('1a 1')],
    ['an illegal label name', lines('a{b-c="1"} 1')],
    ['an unknown escape', lines('a{b="\\t"} 1')],
    ['an unfinished label value', lines('a{b="1} 1')],
    ['a label twice', lines('a{b="1",b="2"} 1')],
    ['hexadecimal', lines('a 0x10')],
    ['a number that overflows', lines('a 1e400')],
    ['Infinity spelt out', lines('a Infinity')],
    ['an unknown type', lines('# TYPE a thing', 'a 1')],
    ['TYPE twice', lines('# TYPE a gauge', '# TYPE a gauge', 'a 1')],
    ['TYPE after a sample', lines('a 1', '# TYPE a gauge')],
    ['HELP after TYPE', lines('# TYPE a gauge', '# HELP a b', 'a 1')],
    ['an unknown HELP escape', lines('# HELP a \\t', 'a 1')],
    ['interleaved families', lines('a 1', 'b 1', 'a{x="1"} 1')],
    ['a series twice', lines('# TYPE a gauge', 'a{x="1",y="2"} 1', 'a{y="2",x="1"} 2')],
    ['an exemplar', lines('# TYPE a counter', 'a 1 # {} 1')],
    ['a derived name that clashes', lines(...HISTOGRAM, '# TYPE h_count gauge', 'h_count 1')],
    ['buckets out of order', histogramWith(1, 'h_bucket{le="+Inf"} 1')],
    ['buckets that fall', histogramWith(1, 'h_bucket{le="1"} 4')],
    ['no +Inf bucket', histogramWith(2, 'h_bucket{le="2"} 3')],
    ['a count that differs', histogramWith(4, 'h_count 4')],
    ['a count that is no integer', histogramWith(4, 'h_count 3.5')],
    ['a sum without count', lines(...HISTOGRAM.slice(0, 4))],
    ['a bucket without bound', histogramWith(1, 'h_bucket 1')],
    ['a quantile above 1', lines('# TYPE s summary', 's{quantile="2"} 1')],
    ['a quantile without label', lines('# TYPE s summary', 's 1')],
  ])('refuses %s', (_, text) => {
    expect(() => parsePrometheusText(text)).toThrow(
      expect.objectContaining({ code: 'METRICS_ERR_EXPOSITION_INVALID' }),
    );
  });

  it('says where a fault is', () => {
    expect(() => parsePrometheusText(lines('a 1', 'b{c=1} 2'))).toThrow(
      /^Line 2: expected a quoted label value at column 5/,
    );
  });
});

describe('parseOpenMetricsText', () => {
  it('reads units, exemplars and creation times', () => {
    const text = lines(
      '# TYPE a_seconds counter',
      '# UNIT a_seconds seconds',
      '# HELP a_seconds A \\"quote\\".',
      'a_seconds_total{x="1"} 2 # {trace_id="t"} 0.5 1.25',
      'a_seconds_created{x="1"} 17.5',
      '# EOF',
    );
    expect(parseOpenMetricsText(text)).toEqual([
      {
        name: 'a_seconds',
        type: 'counter',
        unit: 'seconds',
        help: 'A "quote".',
        samples: [
          {
            name: 'a_seconds_total',
            labels: { x: '1' },
            value: 2,
            exemplar: { labels: { trace_id: 't' }, value: 0.5, timestamp: 1.25 },
          },
          { name: 'a_seconds_created', labels: { x: '1' }, value: 17.5 },
        ],
      },
    ]);
  });

  it('reads a histogram', () => {
    expect(parseOpenMetricsText(lines(...HISTOGRAM, '# EOF'))).toHaveLength(1);
  });

  it.each([
    ['no EOF', lines('a 1')],
    ['text after EOF', lines('# EOF', 'a 1')],
    ['EOF without line end', '# EOF'],
    ['the type untyped', lines('# TYPE a untyped', 'a 1', '# EOF')],
    ['a counter without _total', lines('# TYPE a counter', 'a 1', '# EOF')],
    ['a negative counter', lines('# TYPE a counter', 'a_total -1', '# EOF')],
    ['a NaN counter', lines('# TYPE a counter', 'a_total NaN', '# EOF')],
    ['an unescaped quote in HELP', lines('# TYPE a gauge', '# HELP a "', 'a 1', '# EOF')],
    ['UNIT after HELP', lines('# TYPE a_s gauge', '# HELP a_s x', '# UNIT a_s s', '# EOF')],
    ['a unit that is no suffix', lines('# TYPE a gauge', '# UNIT a s', '# EOF')],
    ['a unit of an info', lines('# TYPE a_s info', '# UNIT a_s s', '# EOF')],
    ['an info that is not 1', lines('# TYPE a info', 'a_info 2', '# EOF')],
    ['a state that is not 0 or 1', lines('# TYPE a stateset', 'a{a="x"} 2', '# EOF')],
    ['a state without its label', lines('# TYPE a stateset', 'a{b="x"} 1', '# EOF')],
    [
      'series that are torn apart',
      lines('# TYPE a counter', 'a_total{x="1"} 1', 'a_total{x="2"} 1', 'a_created{x="1"} 1', '# EOF'),
    ],
    ['a bound that is not canonical', lines(...HISTOGRAM.with(1, 'h_bucket{le="1"} 1'), '# EOF')],
    ['a sum beside negative bounds', lines(...HISTOGRAM.with(1, 'h_bucket{le="-1.0"} 1'), '# EOF')],
    ['a quantile that is not canonical', lines('# TYPE s summary', 's{quantile="1"} 1', '# EOF')],
    ['a negative quantile value', lines('# TYPE s summary', 's{quantile="0.5"} -1', '# EOF')],
    ['a negative sum', lines('# TYPE s summary', 's_sum -1', '# EOF')],
    ['an exemplar on a gauge', lines('# TYPE a gauge', 'a 1 # {} 1', '# EOF')],
    ['an exemplar on a sum', lines(...HISTOGRAM.with(3, 'h_sum 4.5 # {} 1'), '# EOF')],
    ['an exemplar above its bucket', lines(...HISTOGRAM.with(1, 'h_bucket{le="1.0"} 1 # {} 1.5'), '# EOF')],
    ['an exemplar below its bucket', lines(...HISTOGRAM.with(2, 'h_bucket{le="+Inf"} 3 # {} 1'), '# EOF')],
    ['an exemplar that is too long', lines('# TYPE a counter', `a_total 1 # {a="${'ü'.repeat(128)}"} 1`, '# EOF')],
    [
      'a counter whose name clashes',
      lines('# TYPE a counter', 'a_total 1', '# TYPE a_created gauge', 'a_created 1', '# EOF'),
    ],
  ])('refuses %s', (_, text) => {
    expect(() => parseOpenMetricsText(text)).toThrow(
      expect.objectContaining({ code: 'METRICS_ERR_EXPOSITION_INVALID' }),
    );
  });
});

describe('isCanonicalNumber', () => {
  it.each([
    '0.0',
    '0.001',
    '1.0',
    '10.0',
    '100000.0',
    '1e+06',
    '1.25e+06',
    '1e-05',
    '1e-09',
    '1e+100',
    '-1.0',
    '0.0001',
    '+Inf',
    '-Inf',
    '123.456',
  ])('accepts %s', (text) => expect(isCanonicalNumber(text)).toBe(true));

  it.each([
    '0',
    '1',
    '1.',
    '1.50',
    '01.0',
    '.5',
    '1e6',
    '1e+6',
    '1000000.0',
    '1.0e+06',
    '10e+05',
    '0.00001',
    '1e-4',
    '+1.0',
    'Inf',
    'NaN',
    '-0.0',
    '0.1000000000000000055',
    '',
  ])('refuses %s', (text) => expect(isCanonicalNumber(text)).toBe(false));
});
