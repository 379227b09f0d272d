import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  BusinessMetrics,
  BusinessMetricsCollector,
  ComplexityLevel,
  type ProjectStatus,
  ProjectStatus as Statuses,
} from '@bduf/metrics-business';
import { complexityLevelSchema, projectStatusSchema, taskStatusSchema } from '@bduf/metrics-business/schema';
import { MetricsCollector } from '@bduf/metrics-core';
import { ManualClock } from '@bduf/metrics-core/primitives';

function world(): { metrics: MetricsCollector; business: BusinessMetricsCollector; clock: ManualClock } {
  const clock = new ManualClock();
  const metrics = new MetricsCollector({ clock, onError: () => undefined });
  return { clock, metrics, business: new BusinessMetricsCollector(metrics, { clock }) };
}

/** Series that are not zero, as `{labels} value` texts. */
function shown(metrics: MetricsCollector, name: string): readonly string[] {
  metrics.gatherSync();
  const values = metrics.getMetric(name)?.values() ?? [];
  return values
    .filter(({ value }) => value !== 0)
    .map(({ labels, value }) => `${Object.values(labels ?? {}).join(' ')} ${value}`.trim());
}

/** Sum of a histogram. */
function sumOf(metrics: MetricsCollector, name: string): number | undefined {
  return metrics.getMetric(name)?.read().blocks[0]?.values.at(-1);
}

describe('a business metrics collector', () => {
  it('records every business metric by some method', () => {
    const { metrics, business } = world();
    business.recordProjectCreated('high', 5);
    business.recordProjectStatusChange('planning', 'analysis');
    business.recordProjectCompleted('p1', 12);
    business.recordTaskCreated('design', 4);
    business.recordTaskStatusChange('pending', 'in_progress');
    business.recordTaskCompleted('t1', 6, 4);
    business.recordUserLogin('u1');
    business.recordSessionStart('collaboration');
    business.recordSessionStart('individual');
    business.recordSessionEnd('s1', 25);
    business.recordAnalysisOperation('requirements', 0.2, 'high');
    business.recordAnalysisOperation('architecture', 0.3, 'high');
    business.recordAnalysisOperation('risk', 0.4, 'high');
    business.recordAccuracyScore('requirements', 0.9);
    business.recordApprovalDecision('approved', 3);
    business.recordContextAssembly('ok');
    business.recordExternalApiCall('context7', 'search', true, 0.2);
    business.recordExternalApiCall('perplexity', 'ask', false, 1.5, { errorType: 'timeout', isRateLimited: true });
    business.recordTaskStatusChange('review', 'completed');
    const silent = Object.values(BusinessMetrics).filter((name) => shown(metrics, name).length === 0);
    expect(silent).toEqual([]);
    expect(shown(metrics, 'collaboration_sessions_total')).toEqual(['1']);
    expect(shown(metrics, 'projects_by_status')).toEqual(['analysis 1']);
    expect(shown(metrics, 'external_api_errors_total')).toEqual(['perplexity timeout 1']);
    expect(shown(metrics, 'api_rate_limit_hits_total')).toEqual(['perplexity 1']);
    expect(sumOf(metrics, 'task_estimation_accuracy_ratio')).toBe(1.5);
    expect(shown(metrics, 'project_complexity_distribution')).toEqual(['high 1']);
  });

  it('keeps ids out of labels', () => {
    const { metrics, business } = world();
    for (let i = 0; i < 50; i++) {
      business.recordProjectCompleted(`secret-${i}`, 1);
      business.recordTaskCompleted(`secret-${i}`, 1, 1);
      business.recordUserLogin(`secret-${i}`);
      business.recordSessionEnd(`secret-${i}`, 1);
    }
    const texts = metrics.gatherSync().flatMap(({ labelValues }) => labelValues.flat());
    expect(texts.filter((text) => text.includes('secret'))).toEqual([]);
  });

  it('tells the first 100 kinds of task apart', () => {
    const { metrics, business } = world();
    for (let i = 0; i < 500; i++) business.recordTaskCreated(`kind ${i}`, 1);
    const series = shown(metrics, 'tasks_created_total');
    expect(series).toHaveLength(101);
    expect(series.at(-1)).toBe('__overflow__ 400');
  });

  it('drops and counts what makes no sense, without a throw', () => {
    const { metrics, business } = world();
    business.recordProjectCompleted('p', Number.NaN);
    business.recordTaskCompleted('t', 2, 0);
    business.recordProjectCreated('extreme' as ComplexityLevel, 1);
    business.recordAnalysisOperation('astrology' as 'risk', 1, 'low');
    business.recordProjectStatusChange('limbo' as ProjectStatus, 'review');
    business.recordExternalApiCall('oracle' as 'context7', 'ask', false, 1);
    expect(shown(metrics, 'external_api_errors_total')).toEqual([]);
    expect(shown(metrics, 'perplexity_api_calls_total')).toEqual([]);
    expect(shown(metrics, 'project_duration_days')).toEqual([]);
    expect(shown(metrics, 'task_estimation_accuracy_ratio')).toEqual([]);
    expect(shown(metrics, 'projects_created_total')).toEqual(['_OTHER 1']);
    expect(shown(metrics, 'business_events_ignored_total')).toEqual([
      'analysis unknown_value 1',
      'project_status_change unknown_value 1',
      'external_api_call unknown_value 1',
    ]);
  });
});

describe('counts by status', () => {
  it('never fall below zero without event ids, and a refused departure is counted', () => {
    const { metrics, business } = world();
    business.recordProjectStatusChange('review', 'completed');
    business.recordProjectCreated('low', 1);
    business.recordProjectStatusChange('planning', 'review');
    business.recordProjectStatusChange('review', 'completed');
    expect(shown(metrics, 'projects_by_status')).toEqual(['completed 2']);
    expect(shown(metrics, 'business_events_ignored_total')).toEqual(['project_status_change empty_status 1']);
  });

  it('are right for events with ids in any order and any number of times', () => {
    const statuses = Object.values(Statuses);
    const journey = fc.array(fc.constantFrom(...statuses), { maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(journey, { minLength: 1, maxLength: 5 }),
        fc.infiniteStream(fc.nat()),
        (journeys, random) => {
          const events: { readonly id: string; readonly from?: ProjectStatus; readonly to: ProjectStatus }[] = [];
          journeys.forEach((steps, project) => {
            events.push({ id: `${project}`, to: 'planning' });
            steps.forEach((to, at) => events.push({ id: `${project}-${at}`, from: steps[at - 1] ?? 'planning', to }));
          });
          const numbers = random[Symbol.iterator]();
          const shuffled = [...events, ...events]
            .map((event) => ({ event, order: Number(numbers.next().value) }))
            .toSorted((a, b) => a.order - b.order);
          const { metrics, business } = world();
          for (const { event } of shuffled) {
            if (event.from === undefined) business.recordProjectCreated('low', 1, { eventId: event.id });
            else business.recordProjectStatusChange(event.from, event.to, { eventId: event.id });
          }
          const expected = statuses.map(
            (status) => journeys.filter((steps) => (steps.at(-1) ?? 'planning') === status).length,
          );
          metrics.gatherSync();
          const values = metrics.getMetric('projects_by_status')?.values() ?? [];
          expect(values.map(({ value }) => value)).toEqual(expected);
          expect(shown(metrics, 'projects_created_total')).toEqual([`low ${journeys.length}`]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('forget the oldest event ids, so that memory is bounded', () => {
    const metrics = new MetricsCollector();
    const business = new BusinessMetricsCollector(metrics, { rememberedEvents: 2 });
    for (const eventId of ['a', 'b', 'b', 'c', 'a']) business.recordContextAssembly('ok', { eventId });
    expect(shown(metrics, 'context_assembly_operations_total')).toEqual(['ok 4']);
    expect(shown(metrics, 'business_events_ignored_total')).toEqual(['context_assembly duplicate 1']);
  });
});

describe('active users', () => {
  const counts = (metrics: MetricsCollector): readonly (number | undefined)[] => {
    metrics.gatherSync();
    return (metrics.getMetric('active_users_total')?.values() ?? []).map(({ value }) => value);
  };

  it('are distinct, and leave each window exactly on time while they are few', () => {
    const { metrics, business, clock } = world();
    for (const user of ['a', 'b', 'a', 'c', 'a']) business.recordUserLogin(user);
    expect(counts(metrics)).toEqual([3, 3]);
    clock.advance(15 * 60_000 - 1);
    business.recordUserLogin('a');
    expect(counts(metrics)).toEqual([3, 3]);
    clock.advance(1);
    expect(counts(metrics)).toEqual([1, 3]);
    clock.advance(24 * 3_600_000 - 15 * 60_000);
    expect(counts(metrics)).toEqual([0, 1]);
    clock.advance(15 * 60_000);
    expect(counts(metrics)).toEqual([0, 0]);
  });

  it.each([2048, 20_000, 200_000])('of %d are counted within 5 standard errors, in bounded memory', (users) => {
    const { metrics, business, clock } = world();
    for (let user = 0; user < users; user++) {
      business.recordUserLogin(`user ${user}`);
      if (user % 3 === 0) business.recordUserLogin(`user ${user >> 1}`);
      clock.advance(100 / users);
    }
    const [quarter = 0, day = 0] = counts(metrics);
    const tolerance = users <= 2048 ? 0 : users * 0.016 * 5;
    expect(Math.abs(quarter - users)).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(day - users)).toBeLessThanOrEqual(tolerance);
    clock.advance(16 * 60_000);
    expect(counts(metrics)[0]).toBe(0);
    clock.advance(26 * 3_600_000);
    expect(counts(metrics)).toEqual([0, 0]);
  });
});

describe('the schemas', () => {
  it('accept exactly the terms', () => {
    expect(complexityLevelSchema.parse('very_high')).toBe(ComplexityLevel.VERY_HIGH);
    expect(projectStatusSchema.safeParse('in_progress').success).toBe(true);
    expect(taskStatusSchema.safeParse('planning').success).toBe(false);
    expect(complexityLevelSchema.safeParse('HIGH').success).toBe(false);
  });
});
