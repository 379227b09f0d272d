import type * as z from 'zod';
import { ServiceError } from '../errors/service-error.ts';

/**
 * Checks an input.
 *
 * @param part - Which part of the request it is, such as `body`; begins the paths of the issues.
 * @throws ServiceError `invalid`, with the path of each issue.
 */
export function parseInput<Output>(schema: z.ZodType<Output>, input: unknown, part: string): Output {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => ({ path: [part, ...path].join('.'), message }));
  throw new ServiceError('invalid', issues.map(({ path, message }) => `${path}: ${message}`).join('; '), issues);
}
