import type { Json } from './dashboard-data.ts';

/** A value as JSON has it: dates as text, what is undefined left out. */
export function jsonOf<Value>(value: Value): Json<Value> {
  // Writing and reading makes exactly what the type says.
  return JSON.parse(JSON.stringify(value)) as Json<Value>;
}
