import express, { type RequestHandler } from 'express';

/**
 * Reads JSON bodies of at most 64 kB. It stands in each route that takes a body, not before all routes, so that a request
 * whose body never arrives is known by its route, too.
 */
export const jsonBody: RequestHandler = express.json({ limit: '64kb' });
