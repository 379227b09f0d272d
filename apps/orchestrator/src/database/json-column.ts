import * as z from 'zod';

/** A text column that holds JSON of a known shape. */
export function jsonColumn<Schema extends z.ZodType>(schema: Schema): z.ZodType<z.output<Schema>> {
  return z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);
}
