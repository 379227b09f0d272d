/** A time in the form that people and models read. A number is milliseconds since the epoch. */
export function isoTime(moment: Date | number): string {
  return new Date(moment).toISOString();
}
