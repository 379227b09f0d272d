import { type AlertControl, MetricsError, MetricsErrorCode } from '@bduf/metrics-core/interfaces';
import { z } from 'zod';

const MOST_SILENCE_MS = 366 * 86_400_000;

const text = z.string().min(1).max(1000);
const comment = z.string().max(1000);
const time = z.iso.datetime({ offset: true }).transform((iso) => new Date(iso));

const acknowledge = z.strictObject({ id: text, by: text, comment: comment.optional() });
const byId = z.strictObject({ id: text });
const test = z.strictObject({ channel: text });
const silence = z
  .strictObject({
    matchers: z
      .array(z.strictObject({ name: text, op: z.enum(['=', '!=', '=~', '!~']), value: z.string().max(1000) }))
      .min(1)
      .max(50),
    startsAt: time.optional(),
    endsAt: time.optional(),
    durationMs: z.number().positive().max(MOST_SILENCE_MS).optional(),
    by: text,
    comment,
  })
  .refine(({ endsAt, durationMs }) => (endsAt === undefined) !== (durationMs === undefined), {
    error: 'give either `endsAt` or `durationMs`',
  });

type Action = (control: AlertControl, body: unknown, nowMs: number) => Promise<unknown>;

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  [
    'acknowledge',
    async (control, body) => {
      const { id, by, comment: why } = acknowledge.parse(body);
      return control.acknowledge(id, by, why);
    },
  ],
  ['unacknowledge', async (control, body) => control.unacknowledge(byId.parse(body).id)],
  ['silence', async (control, body, nowMs) => control.silence(silenceRequest(silence.parse(body), nowMs))],
  ['expire', async (control, body) => control.expireSilence(byId.parse(body).id)],
  ['redeliver', async (control, body) => control.redeliver(byId.parse(body).id)],
  ['test', async (control, body) => control.testChannel(test.parse(body).channel)],
]);

/** Looks up what a request asks to be done. */
export function findAction(name: string): Action | undefined {
  const action = ACTIONS.get(name);
  if (action === undefined) return undefined;
  return async (control, body, nowMs) => {
    try {
      return await action(control, body, nowMs);
    } catch (error) {
      if (!(error instanceof z.ZodError)) throw error;
      throw new MetricsError(
        MetricsErrorCode.ARGUMENT_INVALID,
        `The body is not as it should be. ${z.prettifyError(error)}`,
      );
    }
  };
}

function silenceRequest(
  { matchers, startsAt, endsAt, durationMs = 0, by, comment: why }: z.output<typeof silence>,
  nowMs: number,
): Parameters<AlertControl['silence']>[0] {
  return {
    matchers,
    ...(startsAt !== undefined && { startsAt }),
    endsAt: endsAt ?? new Date((startsAt?.getTime() ?? nowMs) + durationMs),
    createdBy: by,
    comment: why,
  };
}
