import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PendingOperation } from '../src/connection/pending-operation.ts';
import { PendingRequests } from '../src/connection/pending-requests.ts';
import { traceExemplar } from '../src/connection/trace-exemplar.ts';
import { toolResultChars } from '../src/tools/tool-result-chars.ts';

describe('requests that wait for an answer', () => {
  const id = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom('0', '1', 'a'));
  const step = fc.record({ kind: fc.constantFrom('add', 'take', 'find', 'takeAll'), id });

  it('behave as a map that remembers the order of adding', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const requests = new PendingRequests();
        const model = new Map<string | number, PendingOperation>();
        const found = steps.map((each) => {
          if (each.kind === 'takeAll') return requests.takeAll();
          if (each.kind !== 'add') return requests[each.kind](each.id);
          // This much of an operation is all that is looked at. There must be none under its id.
          if (requests.find(each.id) === undefined) requests.add({ id: each.id } as PendingOperation);
          return requests.find(each.id);
        });
        const expected = steps.map((each, index) => {
          if (each.kind === 'takeAll') return takeAll(model);
          const operation = model.get(each.id) ?? (each.kind === 'add' ? found[index] : undefined);
          if (each.kind === 'add') model.set(each.id, operation as PendingOperation);
          if (each.kind === 'take') model.delete(each.id);
          return operation;
        });
        expect(found).toEqual(expected);
        expect(requests.takeAll()).toEqual(takeAll(model));
      }),
    );
  });

  function takeAll(model: Map<string | number, PendingOperation>): readonly PendingOperation[] {
    const all = [...model.values()];
    model.clear();
    return all;
  }

  it('are not found under what is no id', () => {
    const requests = new PendingRequests();
    for (const each of [undefined, null, {}, NaN, Symbol('x')]) expect(requests.take(each)).toBeUndefined();
  });
});

describe('exemplar of a traceparent', () => {
  const hex = (length: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: length, maxLength: length });

  it('holds both ids exactly when the trace was sampled and both ids are valid', () => {
    fc.assert(
      fc.property(hex(2), hex(32), hex(16), hex(2), (version, traceId, spanId, flags) => {
        const isValid = version !== 'ff' && /[^0]/.test(traceId) && /[^0]/.test(spanId);
        const isSampled = Number.parseInt(flags, 16) % 2 === 1;
        expect(traceExemplar(`${version}-${traceId}-${spanId}-${flags}`)).toEqual(
          isValid && isSampled ? { trace_id: traceId, span_id: spanId } : undefined,
        );
      }),
    );
  });

  it('is none for anything else', () => {
    const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(traceExemplar(`${valid}-what-later-versions-add`)).toBeDefined();
    for (const each of [undefined, null, 7, '', `x${valid}`, `${valid}0`, valid.toUpperCase(), valid.slice(1)]) {
      expect(traceExemplar(each)).toBeUndefined();
    }
    fc.assert(fc.property(fc.anything(), (value) => typeof value === 'string' || traceExemplar(value) === undefined));
  });
});

describe('characters of an answer', () => {
  it.each([
    [
      'texts',
      {
        content: [
          { type: 'text', text: 'abc' },
          { type: 'text', text: 'de' },
        ],
      },
      5,
    ],
    [
      'the text of an embedded resource',
      { content: [{ type: 'resource', resource: { uri: 'a:b', text: 'abcd' } }] },
      4,
    ],
    ['no images', { content: [{ type: 'image', data: 'A'.repeat(1000), mimeType: 'image/png' }] }, 0],
    ['data where no text stands for it', { content: [], structuredContent: { a: 1 } }, 7],
    [
      'text rather than the data it stands for',
      { content: [{ type: 'text', text: '{}' }], structuredContent: { a: 1 } },
      2,
    ],
    ['nothing of an answer without content', {}, 0],
  ])('count %s', (_title, result, chars) => {
    expect(toolResultChars(result)).toBe(chars);
  });

  it('are counted of any answer without failing', () => {
    const answer = fc.record({ content: fc.anything(), structuredContent: fc.jsonValue() }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.oneof(answer, fc.jsonValue()), (result) => {
        expect(toolResultChars(result)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
