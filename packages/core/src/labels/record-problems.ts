/** Why a record was dropped. */
type DropReason = 'unknown_metric' | 'wrong_operation' | 'invalid_value' | 'invalid_labels' | 'unknown_label';

/** Why a record was not stored exactly as given. */
export type AdjustReason =
  | 'missing_label'
  | 'label_value_too_long'
  | 'label_value_not_allowed'
  | 'invalid_exemplar'
  | 'label_limit'
  | 'series_limit';

/**
 * Takes note of records that cannot be stored as given. Both methods may throw in a strict collector, so they are called
 * where nothing is half done.
 */
export interface RecordProblems {
  /** A record was dropped. `detail` is only called when somebody reads it. */
  drop(reason: DropReason, detail: () => string): void;
  /** A record was stored under adjusted labels. */
  adjust(reason: AdjustReason, detail: () => string): void;
}
