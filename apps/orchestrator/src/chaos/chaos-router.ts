import express, { type Response, Router } from 'express';
import * as z from 'zod';
import { escapeHtml, sendPage } from '../http/page.ts';
import { requireSameOrigin } from '../http/same-origin.ts';
import { parseInput } from '../http/validate.ts';
import { type FaultBoard, type FaultState, MOST_FAULT_SECONDS } from './fault-board.ts';
import { FAULT_NAMES } from './fault.ts';

const DEFAULT_SECONDS = 30;
const REFRESH_SECONDS = 5;

const target = z.object({ fault: z.enum(FAULT_NAMES) });
const request = z.object({ seconds: z.coerce.number().min(0).max(MOST_FAULT_SECONDS).default(DEFAULT_SECONDS) });

/** The panel by which people break the service, to be mounted at `/chaos`. */
export function createChaosRouter(faults: FaultBoard): Router {
  const router = Router();
  router.get('/', (req, res) => {
    if (req.accepts('html', 'json') === 'json') res.json({ faults: faults.states });
    else sendPanel(res, faults.states);
  });
  router.post('/:fault', requireSameOrigin, express.urlencoded({ extended: false }), express.json(), (req, res) => {
    const { fault } = parseInput(target, req.params, 'path');
    const { seconds } = parseInput(request, req.body ?? {}, 'body');
    if (seconds === 0) faults.end(fault);
    else faults.inject(fault, seconds);
    if (req.accepts('html', 'json') === 'json') res.json({ faults: faults.states });
    else res.redirect(303, req.baseUrl);
  });
  return router;
}

function sendPanel(res: Response, states: readonly FaultState[]): void {
  const rows = states.map(rowOf).join('\n');
  sendPage(res, {
    title: 'Chaos panel',
    refreshSeconds: REFRESH_SECONDS,
    body: `<p>Break a part of the service on purpose. Each fault ends by itself after ${DEFAULT_SECONDS} s, and trips the alert beside it within 15 s: see <a href="dashboard">the dashboard</a> and <a href="inbox">the inbox</a>.</p>
<table>
<tr><th>fault</th><th>what happens</th><th>alert</th><th></th></tr>
${rows}
</table>`,
  });
}

function rowOf({ name, description, alert, remainingMs }: FaultState): string {
  const isActive = remainingMs !== undefined;
  const seconds = isActive ? 0 : DEFAULT_SECONDS;
  const label = isActive ? `End (${Math.ceil(remainingMs / 1000)} s left)` : 'Inject';
  return `<tr><td${isActive ? ' class="active"' : ''}>${escapeHtml(name)}</td><td>${escapeHtml(description)}</td><td>${escapeHtml(alert)}</td><td><form method="post" action="chaos/${escapeHtml(name)}"><input type="hidden" name="seconds" value="${seconds}"><button aria-label="${escapeHtml(`${isActive ? 'End' : 'Inject'} ${name}`)}">${escapeHtml(label)}</button></form></td></tr>`;
}
