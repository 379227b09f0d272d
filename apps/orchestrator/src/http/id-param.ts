import type { Request } from 'express';
import * as z from 'zod';
import { parseInput } from './validate.ts';

const id = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/**
 * The id that the path of a request names.
 *
 * @throws ServiceError `invalid` when it is no positive integer.
 */
export function idParam({ params }: Pick<Request, 'params'>, name: string): number {
  return parseInput(id, params[name], `params.${name}`);
}
