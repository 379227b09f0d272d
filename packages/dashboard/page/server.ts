import type {
  ActiveAlert,
  AlertEvent,
  AlertRuleHealth,
  ChannelHealth,
  DeadLetter,
  DeliveryRecord,
  HealthCheckResult,
  QueryExpression,
  Silence,
} from '@bduf/metrics-core/interfaces';
import { signal } from '@preact/signals';
import type { Json } from '../src/data/dashboard-data.ts';
import type { CatalogueMetric } from '../src/server/catalogue.ts';
import type { JsonAnswer } from '../src/server/answer-queries.ts';

/** What the server was mounted with. */
export interface Config {
  readonly title: string;
  readonly intervalMs: number;
  readonly nowMs: number;
  readonly hasHistory: boolean;
  readonly hasAlerts: boolean;
  readonly hasHealth: boolean;
  readonly canAct: boolean;
}

/** Alerts and all around them. */
export interface AlertsState {
  readonly active: readonly Json<ActiveAlert>[];
  readonly silences: readonly Json<Silence>[];
  readonly rules: readonly Json<AlertRuleHealth>[];
  readonly channels: readonly Json<ChannelHealth>[];
  readonly deliveries: readonly Json<DeliveryRecord>[];
  readonly deadLetters: readonly Json<DeadLetter>[];
}

export type { CatalogueMetric, Json, JsonAnswer };

/** The configuration, once it is known. */
export const config = signal<Config | undefined>(undefined);
/** Alerts, as the stream tells. */
export const alerts = signal<AlertsState | undefined>(undefined);
/** Health checks, as the stream tells. */
export const health = signal<readonly Json<HealthCheckResult>[] | undefined>(undefined);
/** All metrics, asked for now and then. */
export const catalogue = signal<readonly CatalogueMetric[] | undefined>(undefined);

/** Reads JSON of the server. An error's message is the server's sentence. */
export async function read<Answer>(path: string): Promise<Answer> {
  return answerOf<Answer>(await fetch(path, { headers: { accept: 'application/json' } }));
}

/** Does something, or asks a long question. */
export async function post<Answer>(path: string, body: unknown): Promise<Answer> {
  const headers = { 'content-type': 'application/json', 'x-metrics-dashboard': '1' };
  return answerOf<Answer>(await fetch(path, { method: 'POST', headers, body: JSON.stringify(body) }));
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  if (!response.ok) throw new Error((await response.text()).trim() || `The server answered ${response.status}.`);
  // The server of the same package made it.
  return (await response.json()) as Answer;
}

/** Reads the catalogue again. */
export async function loadCatalogue(): Promise<void> {
  catalogue.value = (await read<{ metrics: CatalogueMetric[] }>('api/catalogue')).metrics;
}

/** Reads the history of alerts in a span. */
export async function readHistory(startMs: number, endMs: number): Promise<readonly Json<AlertEvent>[]> {
  return (await read<{ events: Json<AlertEvent>[] }>(`api/alerts/history?start=${startMs}&end=${endMs}`)).events;
}

interface Pending {
  readonly query: {
    readonly expression: QueryExpression;
    readonly startMs: number;
    readonly endMs: number;
    readonly stepMs: number;
  };
  readonly resolve: (answer: JsonAnswer) => void;
  readonly reject: (error: unknown) => void;
}

let pending: Pending[] = [];
const BATCH = 40;
const ANSWERS_A_FRAME = 2;
const FRAME_MS = 16;

/** Asks one question; all of one moment travel together. */
export function ask(query: Pending['query']): Promise<JsonAnswer> {
  if (pending.length === 0) setTimeout(flush, 0);
  return new Promise((resolve, reject) => pending.push({ query, resolve, reject }));
}

function flush(): void {
  const all = pending;
  pending = [];
  for (let at = 0; at < all.length; at += BATCH) void send(all.slice(at, at + BATCH));
}

async function send(batch: readonly Pending[]): Promise<void> {
  try {
    const { answers } = await post<{ answers: JsonAnswer[] }>('api/query', {
      queries: batch.map(({ query }) => query),
    });
    batch.forEach(({ resolve, reject }, at) => {
      const answer = answers[at];
      if (answer === undefined) reject(new Error('The server left a question out.'));
      // All at once would redraw the whole screen in one frame, which is felt.
      else setTimeout(resolve, FRAME_MS * Math.floor(at / ANSWERS_A_FRAME), answer);
    });
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
}
