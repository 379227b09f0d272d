import { describe, expect, it } from '@jest/globals';
import { negotiateEncoding, negotiateMediaType } from '@bduf/metrics-core/primitives';

describe('negotiateMediaType', () => {
  const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
  const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
  const PROTOBUF = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
  const OFFERS = [TEXT, OPEN_METRICS, PROTOBUF];

  it.each([
    ['no header', undefined, TEXT],
    ['an empty header', '', undefined],
    ['anything', '*/*', TEXT],
    ['any text', 'text/*', TEXT],
    ['any application', 'application/*', OPEN_METRICS],
    ['a type without parameters', 'application/openmetrics-text', OPEN_METRICS],
    ['the version offered', 'application/openmetrics-text;version=1.0.0', OPEN_METRICS],
    ['another version only', 'application/openmetrics-text;version=2.0.0', undefined],
    ['another version, else anything', 'application/openmetrics-text;version=2.0.0, */*;q=0.1', TEXT],
    ['a parameter nobody offers', 'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8', OPEN_METRICS],
    [
      'parameters in quotes and capitals',
      'Application/OpenMetrics-Text; Version="1.0.0"; CHARSET="UTF-8"',
      OPEN_METRICS,
    ],
    ['a quoted comma and semicolon', 'text/plain;x="a,b;c\\"d";version=9, application/openmetrics-text', OPEN_METRICS],
    ['a higher quality', 'text/plain;q=0.5,application/openmetrics-text;q=0.6', OPEN_METRICS],
    ['quality zero', '*/*, text/plain;q=0', OPEN_METRICS],
    ['quality zero for all', '*/*;q=0', undefined],
    ['a quality that is nonsense', 'text/plain;q=0.5, application/openmetrics-text;q=high', OPEN_METRICS],
    ['a named type over a wildcard', '*/*, application/openmetrics-text', OPEN_METRICS],
    ['the order of the header among equals', `${PROTOBUF.replaceAll(' ', '')},application/openmetrics-text`, PROTOBUF],
    ['the more exact range for an offer', 'text/plain;q=0.1, text/plain;version=0.0.4;q=0.9, */*;q=0.5', TEXT],
    ['empty elements', ' , ,text/plain,, ', TEXT],
    ['something else', 'image/png', undefined],
    [
      'what Prometheus 2 sends',
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      OPEN_METRICS,
    ],
    [
      'what Prometheus 2 sends for native histograms',
      'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,application/openmetrics-text;version=1.0.0;q=0.8,*/*;q=0.1',
      PROTOBUF,
    ],
  ])('chooses for %s', (_, accept, expected) => {
    expect(OFFERS[negotiateMediaType(accept, OFFERS)]).toBe(expected);
  });

  it('chooses nothing of nothing', () => {
    expect(negotiateMediaType('*/*', [])).toBe(-1);
  });
});

describe('negotiateEncoding', () => {
  it.each([
    ['no header', undefined, undefined],
    ['an empty header', '', undefined],
    ['gzip', 'gzip', 'gzip'],
    ['gzip in capitals', 'GZIP', 'gzip'],
    ['anything', '*', 'zstd'],
    ['several', 'deflate, gzip;q=1.0, *;q=0.5', 'gzip'],
    ['several alike', 'gzip, deflate, br, zstd', 'zstd'],
    ['gzip refused', 'gzip;q=0', undefined],
    ['gzip refused, the rest accepted', '*, gzip;q=0', 'zstd'],
    ['none preferred', 'identity, gzip;q=0.5', undefined],
    ['gzip as good as none', 'identity, gzip', 'gzip'],
    ['something else', 'br', undefined],
  ])('chooses for %s', (_, header, expected) => {
    expect(negotiateEncoding(header, ['zstd', 'gzip'])).toBe(expected);
  });
});
