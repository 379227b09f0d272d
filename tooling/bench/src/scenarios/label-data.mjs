/** Label names of most scenarios. */
export const THREE_LABELS = Object.freeze(['method', 'route', 'status']);
/** Label names of the scenarios with very many series. */
export const FOUR_LABELS = Object.freeze([...THREE_LABELS, 'pod']);
/** Label sets of the scenarios that rotate. */
export const ROTATING_SERIES = 1000;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
const STATUSES = ['200', '201', '404', '500'];

/** Columns of label values: 5 methods, 50 routes, 4 statuses, all combinations in an order without a pattern. */
export function rotatingLabels() {
  const random = createRandom(1);
  const rows = Array.from({ length: ROTATING_SERIES }, (_, row) => ({
    method: METHODS[row % 5],
    route: `/api/v1/resource-${Math.floor(row / 5) % 50}/:id`,
    status: STATUSES[Math.floor(row / 250)],
    order: random(),
  })).toSorted((a, b) => a.order - b.order);
  return {
    methods: rows.map(({ method }) => method),
    routes: rows.map(({ route }) => route),
    statuses: rows.map(({ status }) => status),
  };
}

/** Columns of values of four labels, all combinations of which are different series: 10 × 10 × 10 × `series / 1000`. */
export function manyLabels(series) {
  const values = (name, count) => Array.from({ length: count }, (_, at) => `${name}-${at}`);
  return {
    methods: values('method', 10),
    routes: values('/api/v1/resource', 10),
    statuses: values('status', 10),
    pods: values('pod-7f9c', Math.ceil(series / 1000)),
  };
}

/** Durations in seconds as servers have them: log-normal around 50 ms. Their number is a power of two. */
export function durations() {
  const random = createRandom(2);
  return Array.from({ length: 1 << 16 }, () => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    return 0.05 * Math.exp(1.2 * normal);
  });
}

/** Numbers in [0, 1), the same in every process (mulberry32). */
export function createRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
