/** How complex a project is. */
export const ComplexityLevel = { LOW: 'low', MEDIUM: 'medium', HIGH: 'high', VERY_HIGH: 'very_high' } as const;
/** How complex a project is. */
export type ComplexityLevel = (typeof ComplexityLevel)[keyof typeof ComplexityLevel];

/** Where a project stands. A new one is in planning. */
export const ProjectStatus = {
  PLANNING: 'planning',
  ANALYSIS: 'analysis',
  DESIGN: 'design',
  IN_PROGRESS: 'in_progress',
  REVIEW: 'review',
  COMPLETED: 'completed',
  ON_HOLD: 'on_hold',
  CANCELLED: 'cancelled',
} as const;
/** Where a project stands. */
export type ProjectStatus = (typeof ProjectStatus)[keyof typeof ProjectStatus];

/** Where a task stands. A new one is pending. */
export const TaskStatus = {
  PENDING: 'pending',
  IN_PROGRESS: 'in_progress',
  BLOCKED: 'blocked',
  REVIEW: 'review',
  COMPLETED: 'completed',
  CANCELLED: 'cancelled',
} as const;
/** Where a task stands. */
export type TaskStatus = (typeof TaskStatus)[keyof typeof TaskStatus];
