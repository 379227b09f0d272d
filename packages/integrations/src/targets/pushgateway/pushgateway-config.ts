import { z } from 'zod';
import { type HttpAccess, httpAccessFields } from '../../http/http-access.ts';

/** Where and as what metrics are pushed to a Prometheus Pushgateway. */
export interface PushgatewayConfig extends HttpAccess {
  /** Value of the label `job`. Any text but the empty one. */
  readonly job: string;
  /** Further labels of the group, such as `instance`. Values may be any text. */
  readonly grouping?: Readonly<Record<string, string>> | undefined;
  /**
   * `replace`: the group holds exactly what was pushed last. `merge`: metrics of other names in the group stay.
   * Default `replace`.
   */
  readonly mode?: 'replace' | 'merge' | undefined;
}

/** Checks a {@link PushgatewayConfig}. */
export const pushgatewaySchema: z.ZodType<PushgatewayConfig> = z.strictObject({
  ...httpAccessFields,
  job: z.string().min(1),
  grouping: z
    .record(
      z.string().regex(/^(?!job$)(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/, 'must be a label name, and neither "job" nor "__…"'),
      z.string(),
    )
    .optional(),
  mode: z.enum(['replace', 'merge']).optional(),
});
