import type { RequestHandler } from 'express';

/** Header by which clients say for whom they act. */
export const USER_HEADER = 'X-User';
const MOST_CHARACTERS = 80;

/**
 * Makes the handler that tells who uses the service.
 *
 * @param onUser - Told of the user of each request that names one. It returns quickly and does not throw.
 */
export function noteActingUser(onUser: (user: string) => void): RequestHandler {
  return (req, _res, next) => {
    const user = req.get(USER_HEADER)?.trim();
    if (user !== undefined && user !== '' && user.length <= MOST_CHARACTERS) onUser(user);
    next();
  };
}
