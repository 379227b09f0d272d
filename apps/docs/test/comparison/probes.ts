import type { Library } from './libraries.ts';

/** A question with the answer yes or no that a program can ask of a library. */
export interface Probe {
  /** What a row of the table says. */
  readonly claim: string;
  /** Whether it holds for a fresh library. */
  readonly holds: (library: Library) => Promise<boolean> | boolean;
}

/** The lines with samples of one metric. */
async function samplesOf(library: Library, name: string): Promise<readonly string[]> {
  const text = await library.scrape();
  return text.split('\n').filter((line) => new RegExp(`^${name}(?:_total)?[{ ]`).test(line));
}

function throws(act: () => void): boolean {
  try {
    act();
    return false;
  } catch {
    return true;
  }
}

/** The questions, in the order of the table. */
export const PROBES: readonly Probe[] = [
  {
    claim: 'label values with separators stay apart',
    async holds(library) {
      const inc = library.counter('apart', ['a', 'b']);
      for (const labels of [
        { a: 'x|y', b: 'z' },
        { a: 'x', b: 'y|z' },
        { a: '1,b:2', b: '3' },
        { a: '1', b: '2,b:3' },
      ])
        inc(labels);
      return (await samplesOf(library, 'apart')).length === 4;
    },
  },
  {
    claim: 'no label value writes a line of its own',
    async holds(library) {
      const inc = library.counter('page', ['query']);
      // What Express makes of `?query[]=…`.
      inc({ query: ['x"} 1\nadmin_total{a="y'] });
      return (await samplesOf(library, 'admin_total')).length === 0;
    },
  },
  {
    claim: 'a label object may be changed and used again',
    async holds(library) {
      const inc = library.counter('again', ['a']);
      const labels = { a: 'one' };
      inc(labels);
      labels.a = 'two';
      inc(labels);
      inc({ a: 'one' });
      const samples = await samplesOf(library, 'again');
      return samples.length === 2 && samples.some((line) => /"one".* 2(?: |$)/.test(line));
    },
  },
  {
    claim: 'recording never throws, whatever it is given',
    holds(library) {
      const inc = library.counter('wrong', ['a']);
      const observe = library.histogram('wrong_seconds', [1, 2]);
      const wrong: readonly (() => void)[] = [
        () => inc({ b: 'an unknown label' }),
        () => inc({ a: Symbol('no text') }),
        () => inc({ a: 'x' }, NaN),
        () => inc({ a: 'x' }, -1),
        () => observe(Infinity),
        () => observe('text' as never),
      ];
      return !wrong.some(throws);
    },
  },
  {
    claim: '`NaN` does not spoil a counter for good',
    async holds(library) {
      const inc = library.counter('spoilt', ['a']);
      inc({ a: 'x' }, 1);
      if (throws(() => inc({ a: 'x' }, NaN))) return true;
      inc({ a: 'x' }, 1);
      return (await samplesOf(library, 'spoilt')).some((line) => /\} 2(?: |$)/.test(line));
    },
  },
  {
    claim: 'buckets that make no sense are refused',
    holds: (library) => throws(() => library.histogram('senseless_seconds', [3, 1, 2, 1, NaN])),
  },
  {
    claim: 'the same definition twice is the same metric',
    holds(library) {
      library.counter('twice', ['a']);
      return !throws(() => library.counter('twice', ['a']));
    },
  },
  {
    claim: 'a failing callback costs its own metric only',
    async holds(library) {
      library.counter('fine', ['a'])({ a: 'x' });
      library.collected('broken', () => {
        throw new Error('broken on purpose');
      });
      try {
        return (await samplesOf(library, 'fine')).length === 1;
      } catch {
        return false;
      }
    },
  },
  {
    claim: '20,000 values of a label keep to a budget by default',
    async holds(library) {
      const inc = library.counter('endless', ['url']);
      for (let n = 0; n < 20_000; n++) inc({ url: `/${n}` });
      return (await samplesOf(library, 'endless')).length <= 10_001;
    },
  },
];
