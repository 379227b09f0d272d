import { HealthStatus } from '@bduf/metrics-core/interfaces';
import type { HealthCheckReport } from '../checks/health-check-report.ts';

/** What an endpoint has to say, and to whom. */
export interface HealthAnswer {
  readonly status: HealthStatus;
  readonly reports: readonly HealthCheckReport[];
  /** Why the whole is not as its checks are. */
  readonly notice?: string;
  /** Every check in a text. */
  readonly isVerbose: boolean;
  /** More than names and statuses. */
  readonly showsDetails: boolean;
}

/** One way to write a {@link HealthAnswer}. */
export interface HealthFormat {
  readonly contentType: string;
  readonly render: (answer: HealthAnswer) => string;
}

/** The formats, the preferred one first. */
export const HEALTH_FORMATS: readonly [HealthFormat, ...HealthFormat[]] = [
  { contentType: 'application/json; charset=utf-8', render: renderJson },
  { contentType: 'application/health+json; charset=utf-8', render: renderHealthJson },
  { contentType: 'text/plain; charset=utf-8', render: renderText },
];

function renderJson({ status, reports, notice, showsDetails }: HealthAnswer): string {
  const checks = reports.map(({ result, kind, critical, details }) =>
    showsDetails ? { ...result, kind, critical, details } : { name: result.name, status: result.status },
  );
  return `${JSON.stringify({ status, notice, checks })}\n`;
}

/** Words of draft-inadarei-api-health-check-06, section 3. */
const DRAFT_STATUS: Readonly<Record<HealthStatus, string>> = {
  [HealthStatus.HEALTHY]: 'pass',
  [HealthStatus.DEGRADED]: 'warn',
  [HealthStatus.UNHEALTHY]: 'fail',
};

function renderHealthJson({ status, reports, notice, showsDetails }: HealthAnswer): string {
  const checks = Object.fromEntries(
    reports.map(({ result }) => [
      `${result.name}:responseTime`,
      [
        {
          status: DRAFT_STATUS[result.status],
          ...(showsDetails
            ? {
                observedValue: result.duration,
                observedUnit: 'ms',
                time: result.timestamp,
                ...(result.status === HealthStatus.HEALTHY ? {} : { output: result.message }),
              }
            : {}),
        },
      ],
    ]),
  );
  return `${JSON.stringify({ status: DRAFT_STATUS[status], output: notice, checks })}\n`;
}

const MARKS: Readonly<Record<HealthStatus, string>> = {
  [HealthStatus.HEALTHY]: '[+]',
  [HealthStatus.DEGRADED]: '[~]',
  [HealthStatus.UNHEALTHY]: '[-]',
};

/** As Kubernetes writes it. */
function renderText({ status, reports, notice, isVerbose, showsDetails }: HealthAnswer): string {
  const whole = status === HealthStatus.HEALTHY ? 'ok' : status;
  if (!isVerbose) return `${whole}\n`;
  const lines = reports.map(({ result }) => {
    const reason = showsDetails ? result.message : 'reason withheld';
    const isWell = result.status === HealthStatus.HEALTHY;
    // One line a check, whatever a message holds.
    const end = isWell ? 'ok' : `${result.status}: ${(reason ?? 'no reason given').replaceAll(/\s+/g, ' ')}`;
    return `${MARKS[result.status]}${result.name} ${end}\n`;
  });
  return `${lines.join('')}${notice === undefined ? '' : `[-]${notice}\n`}${whole}\n`;
}
