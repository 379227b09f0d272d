import type { RequestHandler } from 'express';

/** Refuses requests that another site makes a browser send. Programs that are no browsers are let through. */
export const requireSameOrigin: RequestHandler = (req, res, next) => {
  const site = req.get('sec-fetch-site');
  const origin = req.get('origin');
  const isForeign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (origin !== undefined && origin !== `${req.protocol}://${req.get('host') ?? ''}`);
  if (isForeign) res.status(403).json({ error: { kind: 'forbidden', message: 'Other sites may not do this.' } });
  else next();
};
