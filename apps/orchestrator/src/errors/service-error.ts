/**
 * Why a service refuses to do what it was asked: the input is malformed, the thing does not exist, the rules of the
 * workflow forbid it, or there is no capacity at the moment.
 */
export type ServiceErrorKind = 'invalid' | 'not_found' | 'conflict' | 'busy';

/** One thing that is wrong with an input. */
export interface InputIssue {
  /** Where it is, such as `body.stakeholders.0`. */
  readonly path: string;
  /** What is wrong with it. */
  readonly message: string;
}

/** An expected failure of a service. Its message is meant for the caller. */
export class ServiceError extends Error {
  /** What kind of failure it is; transports turn it into their own codes. */
  readonly kind: ServiceErrorKind;
  /** What is wrong with the input, for `invalid`; else empty. */
  readonly issues: readonly InputIssue[];

  constructor(kind: ServiceErrorKind, message: string, issues: readonly InputIssue[] = []) {
    super(message);
    this.name = 'ServiceError';
    this.kind = kind;
    this.issues = issues;
  }
}

/** The error for something that does not exist. */
export function notFound(what: string, id: number | string): ServiceError {
  return new ServiceError('not_found', `There is no ${what} ${id}.`);
}

/** The error for something that the rules of the workflow forbid at the moment. */
export function conflict(message: string): ServiceError {
  return new ServiceError('conflict', message);
}
