import type { ValueInterner } from '../labels/value-interner.ts';
import { CHUNK_BITS, CHUNK_MASK } from './chunk-layout.ts';
import { HASH_FACTOR, HASH_FOLD, hashIds } from './id-hash.ts';
import type { RowHints } from './row-hints.ts';
import type { RowIndex } from './row-index.ts';

/** The parts of a table that the lookup reads. */
export interface LookupTable {
  readonly interners: readonly ValueInterner[];
  readonly hints: RowHints;
  readonly index: RowIndex;
  /** Label ids of the rows, one array for each chunk. */
  readonly idChunks: readonly Int32Array[];
}

/** Finds the row of a label set, or calls `miss`. */
export type SeriesLookup = (labels: unknown) => number;

/** What {@link lookupSource} is the body of. */
type LookupBuilder = (table: LookupTable, miss: SeriesLookup) => SeriesLookup;

/**
 * Builds the hot path from a label object to its row. It counts the object's keys, so that an unknown label never passes, then
 * looks whether the row that the hints guess has these values. If not, it takes one `Map.get` for each label, a hash of the ids and
 * a probe of the index, and gives the hints the row.
 *
 * The function is generated for the names, which takes a third of the time of a loop over them: 53 ns against 145 ns a record
 * (1 000 series, 3 labels, `tooling/bench`). Names are validated identifiers and values never enter the code. Where the
 * runtime forbids code generation the loop is used; it finds the same rows.
 *
 * @param names - Label names, each an identifier.
 * @param table - Where rows are found.
 * @param miss - Handles everything else: unusual spellings, new series, bad input.
 * @param allowCodeGeneration - `false` always uses the loop.
 */
export function buildSeriesLookup(
  names: readonly string[],
  table: LookupTable,
  miss: SeriesLookup,
  allowCodeGeneration: boolean,
): SeriesLookup {
  if (!allowCodeGeneration) return loopLookup(names, table, miss);
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- The reason and the number are in the comment above.
    const build = new Function('table', 'miss', `// ${variantOf(names)}\n${lookupSource(names)}`) as LookupBuilder;
    return build(table, miss);
  } catch {
    return loopLookup(names, table, miss);
  }
}

/**
 * V8 makes one piece of code of equal texts. In a piece of its own the tables of a metric are constants, which saves 7 of 38 ns;
 * but pieces for 20 metrics with the same labels displace each other in the processor's cache and cost 50 ns more when all are used.
 * So the first metrics get their own, and the others share.
 */
const MOST_VARIANTS = 8;
/** By label names, how many there are. */
const variants = new Map<string, number>();

/** Number of the piece of code for a metric with these labels. */
function variantOf(names: readonly string[]): number {
  const key = names.join();
  const variant = Math.min(MOST_VARIANTS, (variants.get(key) ?? 0) + 1);
  variants.set(key, variant);
  return variant;
}

function lookupSource(names: readonly string[]): string {
  const each = (text: (at: number) => string, separator: string): string =>
    names.map((_, at) => text(at)).join(separator);
  const values = each((at) => `value${at}`, ', ');
  return `'use strict';
    const { hints, index, idChunks, interners } = table;
    const { positions } = hints;
    ${each((at) => `const interner${at} = interners[${at}]; const ids${at} = interner${at}.ids;`, '\n')}

    return function find(labels) {
      try {
        ${each((at) => `const value${at} = labels.${names[at]};`, '\n')}
        let keys = 0;
        for (const key in labels) keys++;
        if (keys === ${names.length}) {
          const { rows: guesses, texts } = hints;
          let home = 0;
          if (guesses !== undefined) {
            let mix = 0;
            ${each(mixSource, '\n')}
            home = (Math.imul(mix, ${HASH_FACTOR}) >>> ${HASH_FOLD}) & (guesses.length - 1);
            for (let way = 0; way < 2; way++) {
              const row = guesses[home ^ way];
              if (row < 0) continue;
              const start = row * ${names.length};
              if (${each(isValueSource, ' && ')}) return row;
            }
          }
          const row = findExactly(${values});
          if (row >= 0) {
            if (guesses !== undefined) hints.learn(home, row);
            return row;
          }
        }
      } catch {
        // A getter or a proxy of the caller threw; the slow path reports it.
      }
      return miss(labels);
    };

    ${each(spellingSource, '\n')}

    function findExactly(${values}) {
      ${each((at) => `const id${at} = ids${at}.get(value${at});`, '\n')}
      if (${each((at) => `id${at} === undefined`, ' || ')}) return -1;
      let hash = 0;
      ${each((at) => `hash = Math.imul(hash ^ id${at}, ${HASH_FACTOR}); hash ^= hash >>> ${HASH_FOLD};`, '\n')}
      const { slots } = index;
      const mask = slots.length - 1;
      for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
        const row = slots[slot] - 1;
        if (row < 0) return -1;
        const chunk = idChunks[row >>> ${CHUNK_BITS}];
        const start = (row & ${CHUNK_MASK}) * ${names.length};
        if (${each((at) => `chunk[start + ${at}] === id${at}`, ' && ')}) return row;
      }
    }`;
}

/** Mixes length and telling characters of one value. */
function mixSource(at: number): string {
  return `const first${at} = positions[${at * 2}];
    if (first${at} >= 0) {
      if (typeof value${at} === 'string') {
        const length = value${at}.length;
        mix = (mix * 31 + length) | 0;
        if (first${at} < length) mix = (mix * 31 + value${at}.charCodeAt(first${at})) | 0;
        const second = positions[${at * 2 + 1}];
        if (second < length) mix = (mix * 31 + value${at}.charCodeAt(second)) | 0;
      } else if (typeof value${at} === 'number') mix = (mix * 31 + value${at}) | 0;
    }`;
}

/** Tells whether a number or boolean is remembered for the text of a row. */
function spellingSource(at: number): string {
  return `function isSpelling${at}(value, text) {
      const id = ids${at}.get(value);
      return id !== undefined && interner${at}.values[id] === text;
    }`;
}

/** Compares one value: texts at once, numbers and booleans by the id that is remembered for them. */
function isValueSource(at: number): string {
  const text = `texts[start + ${at}]`;
  return `(${text} === value${at} || (typeof value${at} !== 'string' && isSpelling${at}(value${at}, ${text})))`;
}

function loopLookup(names: readonly string[], table: LookupTable, miss: SeriesLookup): SeriesLookup {
  const count = names.length;
  const ids = table.interners.map((interner) => interner.ids);
  const tuple = new Int32Array(count);
  const readTuple = (labels: Readonly<Record<string, unknown>>): boolean => {
    for (let at = 0; at < count; at++) {
      const id = ids[at]?.get(labels[names[at] ?? '']);
      if (id === undefined) return false;
      tuple[at] = id;
    }
    let keys = 0;
    for (const _ in labels) keys++;
    return keys === count;
  };
  return (labels) => {
    try {
      // Anything may arrive here; a value without these properties throws or misses.
      if (readTuple(labels as Readonly<Record<string, unknown>>)) {
        const row = probeTuple(table, tuple);
        if (row >= 0) return row;
      }
    } catch {
      // As in the generated code.
    }
    return miss(labels);
  };
}

function probeTuple({ index, idChunks }: LookupTable, tuple: Int32Array): number {
  const { slots } = index;
  const mask = slots.length - 1;
  for (let slot = hashIds(tuple, 0, tuple.length) & mask; ; slot = (slot + 1) & mask) {
    const row = (slots[slot] ?? 0) - 1;
    if (row < 0 || hasIds(idChunks, row, tuple)) return row;
  }
}

/** Whether a row has exactly these label ids. */
export function hasIds(idChunks: readonly Int32Array[], row: number, tuple: ArrayLike<number>): boolean {
  const chunk = idChunks[row >>> CHUNK_BITS];
  const start = (row & CHUNK_MASK) * tuple.length;
  for (let at = 0; at < tuple.length; at++) {
    if (chunk?.[start + at] !== tuple[at]) return false;
  }
  return true;
}
