/** A number as JSON has it: null where it is none, or unknown. */
export function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
