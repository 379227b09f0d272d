import { BUCKETS } from './library.mjs';

/** Lines that are joined before they become bytes. */
const LINES_PER_CHUNK = 512;

/**
 * The limit of the conventional design: label values joined to a string, one `Map` from it to a slot, an add in a
 * `Float64Array`. Nothing is validated, the keys can collide, nothing is bounded.
 *
 * @returns {import('./library.mjs').Library}
 */
export function createRaw() {
  /** @type {Map<string, RawMetric>} */
  const metrics = new Map();
  const add = (metric) => {
    metrics.set(metric.name, metric);
    return metric;
  };
  return {
    counter: (name, labelNames) => add(new RawCounter(name, labelNames)),
    gauge: (name, labelNames) => add(new RawGauge(name, labelNames)),
    histogram: (name, labelNames, buckets = BUCKETS) => add(new RawHistogram(name, labelNames, buckets)),
    summary: (name, labelNames) => add(new RawSummary(name, labelNames)),
    increment: (name, labels) => metrics.get(name).inc(labels),
    bindCounter: (counter, labels) => counter.bind(labels),
    bindObserver: (histogram, labels) => histogram.bind(labels),
    time(observer, labels) {
      const startMs = performance.now();
      observer.observe(labels, (performance.now() - startMs) / 1000);
    },
    totals: (name) => metrics.get(name).totals(),
    scrape: () => Promise.resolve([...metrics.values()].flatMap((metric) => metric.scrape())),
  };
}

/** Rows of numbers, found by a joined key. */
class RawMetric {
  values;
  width;
  #rows = new Map();
  #labels = [];
  #heads = [];

  constructor(name, labelNames, width) {
    this.name = name;
    this.labelNames = labelNames;
    this.width = width;
    this.values = new Float64Array(width * 16);
    this.keyOf = keyFunction(labelNames);
    if (labelNames.length === 0) this.start('', {});
  }

  /** Where the numbers of a label set begin. */
  at(labels) {
    const key = this.keyOf(labels);
    return this.#rows.get(key) ?? this.start(key, labels);
  }

  start(key, labels) {
    const offset = this.#rows.size * this.width;
    if (offset === this.values.length) {
      const larger = new Float64Array(this.values.length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.#rows.set(key, offset);
    this.#labels.push(labels);
    return offset;
  }

  totals() {
    let total = 0;
    for (const offset of this.#rows.values()) total += this.valueAt(offset);
    return { series: this.#rows.size, total };
  }

  valueAt(offset) {
    return this.values[offset];
  }

  scrape() {
    const chunks = [Buffer.from(`# HELP ${this.name} Bench metric ${this.name}.\n# TYPE ${this.name} ${this.type}\n`)];
    this.#makeHeads();
    let lines = '';
    let row = 0;
    for (const offset of this.#rows.values()) {
      lines += this.linesAt(this.#heads[row++], offset);
      if (row % LINES_PER_CHUNK !== 0) continue;
      chunks.push(Buffer.from(lines));
      lines = '';
    }
    chunks.push(Buffer.from(lines));
    return chunks;
  }

  linesAt(head, offset) {
    return `${head}${this.values[offset]}\n`;
  }

  headOf(labels) {
    return `${this.name}{${labels}} `;
  }

  #makeHeads() {
    for (let row = this.#heads.length; row < this.#labels.length; row++) {
      const pairs = this.labelNames.map((name) => `${name}="${escapeValue(this.#labels[row][name])}"`);
      this.#heads.push(this.headOf(pairs.join(',')));
    }
  }
}

class RawCounter extends RawMetric {
  type = 'counter';

  constructor(name, labelNames) {
    super(name, labelNames, 1);
    if (labelNames.length > 0) this.inc = (labels, amount = 1) => this.#add(this.at(labels), amount);
  }

  inc() {
    this.values[0]++;
  }

  bind(labels) {
    const offset = this.at(labels);
    const { values } = this;
    return { inc: () => void values[offset]++ };
  }

  #add(offset, amount) {
    this.values[offset] += amount;
  }
}

class RawGauge extends RawMetric {
  type = 'gauge';

  constructor(name, labelNames) {
    super(name, labelNames, 1);
    if (labelNames.length > 0) this.set = (labels, value) => this.#put(this.at(labels), value);
  }

  set(value) {
    this.values[0] = value;
  }

  #put(offset, value) {
    this.values[offset] = value;
  }
}

class RawHistogram extends RawMetric {
  type = 'histogram';
  #bounds;

  constructor(name, labelNames, buckets) {
    // One count for each bucket and for +Inf, then the sum.
    super(name, labelNames, buckets.length + 2);
    this.#bounds = Float64Array.from(buckets);
    if (labelNames.length > 0) this.observe = (labels, value) => this.#record(this.at(labels), value);
  }

  observe(value) {
    this.#record(0, value);
  }

  bind(labels) {
    const offset = this.at(labels);
    return { observe: (value) => this.#record(offset, value) };
  }

  valueAt(offset) {
    let count = 0;
    for (let bucket = 0; bucket <= this.#bounds.length; bucket++) count += this.values[offset + bucket];
    return count;
  }

  headOf(labels) {
    const own = labels === '' ? '' : `${labels},`;
    const plain = labels === '' ? '' : `{${labels}}`;
    const buckets = [...this.#bounds, '+Inf'].map((bound) => `${this.name}_bucket{${own}le="${bound}"} `);
    return [...buckets, `${this.name}_sum${plain} `, `${this.name}_count${plain} `];
  }

  linesAt(heads, offset) {
    const buckets = this.#bounds.length + 1;
    let count = 0;
    let lines = '';
    for (let bucket = 0; bucket < buckets; bucket++) {
      count += this.values[offset + bucket];
      lines += `${heads[bucket]}${count}\n`;
    }
    return `${lines}${heads[buckets]}${this.values[offset + buckets]}\n${heads[buckets + 1]}${count}\n`;
  }

  #record(offset, value) {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]) bucket++;
    this.values[offset + bucket]++;
    this.values[offset + bounds.length + 1] += value;
  }
}

const DOUBLE = new Float64Array(1);
const WORDS = new Uint32Array(DOUBLE.buffer);
/** Sub-buckets of a power of two are taken from 6 bits of the mantissa; 64 powers of two around 1 are kept. */
const SKETCH_SHIFT = 14;
const SKETCH_BASE = (1023 - 32) << 6;
const SKETCH_CELLS = 64 << 6;

class RawSummary extends RawMetric {
  type = 'summary';

  constructor(name, labelNames) {
    super(name, labelNames, SKETCH_CELLS);
    if (labelNames.length > 0) this.observe = (labels, value) => this.#record(this.at(labels), value);
  }

  observe(value) {
    this.#record(0, value);
  }

  valueAt(offset) {
    return this.values.subarray(offset, offset + SKETCH_CELLS).reduce((sum, count) => sum + count, 0);
  }

  #record(offset, value) {
    DOUBLE[0] = value;
    this.values[offset + (WORDS[1] >>> SKETCH_SHIFT) - SKETCH_BASE]++;
  }
}

/** A function of its own for each metric, with the label names written out: the fastest way to join values. */
function keyFunction(labelNames) {
  const parts = labelNames.map((name) => `labels.${name}`);
  // oxlint-disable-next-line typescript/no-implied-eval -- Names come from the scenarios.
  return new Function('labels', `return ${parts.join(" + '|' + ") || "''"};`);
}

function escapeValue(value) {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
