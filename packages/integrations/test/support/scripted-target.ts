import { Buffer } from 'node:buffer';
import { type ManualClock, seriesOf } from '@bduf/metrics-core/primitives';
import type { DeliveryTarget, Reading, SendOutcome } from '@bduf/metrics-integrations';

/** What the next attempt does: gives an outcome, rejects, finds nobody, throws, or never answers. */
export type Step = SendOutcome | 'delivered' | 'retry' | 'refused' | 'reject' | 'nobody' | 'throw' | 'hang';

/** A target whose attempts follow a script; after its end everything is delivered. */
export class ScriptedTarget implements DeliveryTarget {
  readonly name: string = 'scripted';
  readonly backlog: 'keep' | 'latest';
  readonly script: Step[];
  readonly attempts: string[] = [];
  readonly arrived: string[] = [];
  readonly takenBack: string[] = [];
  parcelsPerReading = 1;
  isIdempotent = false;
  signal: AbortSignal | undefined;
  isClosed = false;

  constructor(script: Step[] = [], backlog: 'keep' | 'latest' = 'keep') {
    this.script = script;
    this.backlog = backlog;
  }

  *encode({ families }: Reading): ReturnType<DeliveryTarget['encode']> & Generator {
    const text = families.flatMap((family) => Array.from(seriesOf(family), ({ value }) => `${family.name}=${value}`));
    for (let part = 0; part < this.parcelsPerReading; part++) {
      const body = this.parcelsPerReading === 1 ? text.join(' ') : `${text.join(' ')}/${part}`;
      yield { body: Buffer.from(body), points: text.length, takeBack: () => this.takenBack.push(body) };
    }
  }

  async send(body: Uint8Array, signal: AbortSignal): Promise<SendOutcome> {
    const text = Buffer.from(body).toString();
    this.attempts.push(text);
    this.signal = signal;
    const step = this.script.shift() ?? 'delivered';
    const outcome = await outcomeOf(step);
    if (outcome.status === 'delivered') this.arrived.push(text);
    return outcome;
  }

  close(): void {
    this.isClosed = true;
  }
}

function outcomeOf(step: Step): Promise<SendOutcome> {
  if (step === 'throw') throw new Error('thrown');
  if (step === 'reject') return Promise.reject(new Error('no answer', { cause: new Error('ECONNRESET') }));
  if (step === 'nobody') {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    return Promise.reject(new TypeError('fetch failed', { cause }));
  }
  if (step === 'hang') return new Promise(() => undefined);
  if (step === 'delivered') return Promise.resolve({ status: 'delivered' });
  if (step === 'retry') return Promise.resolve({ status: 'retry', note: 'busy' });
  if (step === 'refused') return Promise.resolve({ status: 'refused', fault: 'content', note: 'bad line' });
  return Promise.resolve(step);
}

/** Lets everything that is due happen. */
export async function breathe(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Moves a clock in steps, so that timers set on the way fall due, too. */
export async function pass(clock: ManualClock, ms: number, stepMs: number = ms / 20): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    clock.advance(stepMs);
    await breathe();
  }
}
