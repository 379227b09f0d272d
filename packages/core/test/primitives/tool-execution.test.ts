import { setImmediate } from 'node:timers/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  enableToolExecutionMarks,
  errorTypeOf,
  isToolExecutionMarked,
  outcomeOfToolError,
  outcomeOfToolResult,
  runWithToolExecutionMark,
} from '@bduf/metrics-core/primitives';

class QuotaError extends Error {
  override readonly name = 'QuotaError';
}

describe('outcome of a tool execution', () => {
  it('is ok for any result that does not say isError: true', () => {
    for (const result of [undefined, null, 'text', 0, {}, { isError: false }, { isError: 'true' }, []]) {
      expect(outcomeOfToolResult(result)).toEqual({ outcome: 'ok', errorType: undefined });
    }
  });

  it('is an error for isError: true', () => {
    expect(outcomeOfToolResult({ content: [], isError: true })).toEqual({ outcome: 'error', errorType: 'tool_error' });
  });

  it('is an error named by what was thrown, and cancelled when that is an abort', () => {
    expect(outcomeOfToolError(new QuotaError('over'))).toEqual({ outcome: 'error', errorType: 'QuotaError' });
    expect(outcomeOfToolError(AbortSignal.abort().reason)).toEqual({ outcome: 'cancelled', errorType: 'cancelled' });
    expect(outcomeOfToolError(AbortSignal.timeout(0).reason ?? new DOMException('', 'TimeoutError'))).toEqual({
      outcome: 'error',
      errorType: 'TimeoutError',
    });
  });

  it.each([
    ['the name of a class', new RangeError('x'), 'RangeError'],
    ['the code where the name says nothing', Object.assign(new Error('x'), { code: 'ENOENT' }), 'ENOENT'],
    ['the name rather than the code', Object.assign(new QuotaError('x'), { code: 'E1' }), 'QuotaError'],
    ['Error for a name that is a sentence', Object.assign(new Error('x'), { name: 'user 17 failed' }), 'Error'],
    ['Error for a name without end', Object.assign(new Error('x'), { name: 'A'.repeat(65) }), 'Error'],
    ['Error for a number as code', Object.assign(new Error('x'), { code: 404 }), 'Error'],
    ['Error for an object that is none', { message: 'x' }, 'Error'],
    ['the type of what is not an object', 'boom', 'thrown_string'],
    ['the type of nothing', undefined, 'thrown_undefined'],
    ['the type of null', null, 'thrown_object'],
  ])('names %s', (_title, thrown, expected) => {
    expect(errorTypeOf(thrown)).toBe(expected);
  });
});

describe('marks of tool executions', () => {
  const recorder = {};
  const mark = { tool: 'search', recorder };

  it('are not left before somebody looks for them', () => {
    expect(runWithToolExecutionMark(mark, () => isToolExecutionMarked(mark))).toBe(false);
  });

  describe('once enabled', () => {
    beforeAll(enableToolExecutionMarks);

    it('are seen in everything the execution awaits, and not outside', async () => {
      const inside = await runWithToolExecutionMark(mark, async () => {
        await setImmediate();
        return isToolExecutionMarked({ tool: 'search', recorder });
      });
      expect(inside).toBe(true);
      expect(isToolExecutionMarked(mark)).toBe(false);
    });

    it('tell tools and recorders apart', () => {
      runWithToolExecutionMark(mark, () => {
        expect(isToolExecutionMarked({ tool: 'other', recorder })).toBe(false);
        expect(isToolExecutionMarked({ tool: 'search', recorder: {} })).toBe(false);
      });
    });

    it('belong to the innermost execution', () => {
      runWithToolExecutionMark(mark, () => {
        runWithToolExecutionMark({ tool: 'inner', recorder }, () => {
          expect(isToolExecutionMarked(mark)).toBe(false);
        });
        expect(isToolExecutionMarked(mark)).toBe(true);
      });
    });

    it('do not mix concurrent executions', async () => {
      const names = Array.from({ length: 50 }, (_, index) => `tool-${index}`);
      const seen = await Promise.all(
        names.map((tool) =>
          runWithToolExecutionMark({ tool, recorder }, async () => {
            await setImmediate();
            return names.filter((name) => isToolExecutionMarked({ tool: name, recorder }));
          }),
        ),
      );
      expect(seen).toEqual(names.map((name) => [name]));
    });

    it('pass on what the execution throws', () => {
      expect(() =>
        runWithToolExecutionMark(mark, () => {
          throw new RangeError('x');
        }),
      ).toThrow(RangeError);
    });
  });
});
