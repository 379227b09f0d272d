import { describe, expect, it } from '@jest/globals';
import { InfluxLineEncoder } from '@bduf/metrics-exporters';
import { type EncodedSample, encoderContract, familyOf } from '@bduf/metrics-testkit';
import { golden } from '../golden.ts';
import { sampleFamilies } from '../sample-families.ts';
import { encodeText } from '../support.ts';

/** A line of line protocol, read by the rules of its documentation. */
function readLine(line: string): { measurement: string; tags: Record<string, string>; fields: string; time: string } {
  const parts = /^((?:\\.|[^ \\]|\\)*?)(?<!\\) ([^ ]+) (\d+)$/.exec(line);
  if (parts === null) throw new Error(`no line: ${line}`);
  const [, key = '', fields = '', time = ''] = parts;
  const [measurement = '', ...tags] = key.split(/(?<!\\),/);
  const entries = tags.map((tag) => tag.split(/(?<!\\)=/).map((text) => text.replaceAll(/\\([,= ])/g, '$1')));
  return { measurement, tags: Object.fromEntries(entries) as Record<string, string>, fields, time };
}

function readGauges(document: Uint8Array): readonly EncodedSample[] {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(document);
  if (text !== '' && !text.endsWith('\n')) throw new Error('the last line does not end');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const { measurement, tags, fields } = readLine(line);
      return { name: measurement, labels: tags, value: Number(/^gauge=([^,]+)$/.exec(fields)?.[1]) };
    });
}

function expressible({ name, labels, value }: EncodedSample): EncodedSample | undefined {
  if (!Number.isFinite(value)) return undefined;
  const said = Object.entries(labels).map(([key, text]) => [
    key,
    text
      .replaceAll('\n', '\\n')
      .replaceAll('\r', '\\r')
      .replaceAll(/\\(?=[,= \\]|$)/g, '＼'),
  ]);
  return { name, value, labels: Object.fromEntries(said.filter(([, text]) => text !== '')) as Record<string, string> };
}

describe('InfluxLineEncoder', () => {
  it.each(encoderContract({ createEncoder: () => new InfluxLineEncoder(), readGauges, expressible }))(
    '$name',
    async ({ run }) => {
      await expect((async () => run())()).resolves.toBeUndefined();
    },
  );

  it('writes each type as the golden file has it', () => {
    const text = encodeText(new InfluxLineEncoder(), sampleFamilies());
    expect(text).toBe(golden('influx.txt', text));
  });

  it('writes tags in order of their keys, whatever the order of the labels', () => {
    const series = [{ labels: { z: '1', b: '2' }, value: 1 }];
    const family = familyOf({ name: 'm', type: 'gauge', constantLabels: { host: 'h', a: 'x' }, series });
    expect(encodeText(new InfluxLineEncoder(), [family])).toMatch(/^m,a=x,host=h,b=2,z=1 gauge=1 /);
  });

  it.each([
    ['ns', '1700000000000000000'],
    ['us', '1700000000000000'],
    ['ms', '1700000000000'],
    ['s', '1700000000'],
  ] as const)('writes time in %s', (precision, time) => {
    const family = familyOf({ name: 'm', type: 'counter', series: [{ value: 1 }] });
    expect(encodeText(new InfluxLineEncoder({ precision }), [family])).toBe(`m counter=1 ${time}\n`);
  });

  it('leaves out fields that are not finite, and lines without a field', () => {
    const summary = familyOf({
      name: 's',
      type: 'summary',
      quantiles: [0.5],
      series: [{ quantiles: [Number.NaN], sum: 1, count: 2 }],
    });
    const gauge = familyOf({ name: 'g', type: 'gauge', series: [{ value: Number.NaN }] });
    expect(encodeText(new InfluxLineEncoder({ precision: 's' }), [summary, gauge])).toBe(
      's sum=1,count=2 1700000000\n',
    );
  });

  it('does not use the tag key that InfluxDB keeps to itself', () => {
    const family = familyOf({ name: 'm', type: 'gauge', series: [{ labels: { time: 'noon' }, value: 1 }] });
    expect(encodeText(new InfluxLineEncoder({ precision: 's' }), [family])).toBe('m,time_=noon gauge=1 1700000000\n');
  });
});
