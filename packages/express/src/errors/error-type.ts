import { ReservedLabelValue } from '@bduf/metrics-core/interfaces';

/** SQLSTATE (`23505`) and the codes of Node and of drivers (`ECONNREFUSED`, `ER_DUP_ENTRY`): words, not sentences. */
const CODE = /^[A-Z0-9][A-Z0-9_]{1,63}$/;
const NAME = /^[A-Za-z_$][\w$]{0,63}$/;
/** Names that say that nobody failed, but somebody waited no longer. */
const GIVEN_UP: ReadonlyMap<string, string> = new Map([
  ['TimeoutError', 'timeout'],
  ['AbortError', 'aborted'],
]);
/** Longer chains of causes are circular. */
const MAX_CAUSES = 8;

interface ErrorShape {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly cause?: unknown;
}

/**
 * What kind of error something thrown is, as label value: `timeout` or `aborted` by name, else its code, else what the
 * innermost cause says, else its class; `_OTHER` for what says nothing. Never the message, which holds data.
 */
export function errorType(error: unknown): string {
  const chain = causesOf(error);
  for (const { name } of chain) {
    const givenUp = typeof name === 'string' ? GIVEN_UP.get(name) : undefined;
    if (givenUp !== undefined) return givenUp;
  }
  return chain.map(codeOf).find((code) => code !== undefined) ?? nameOf(chain.at(-1)) ?? ReservedLabelValue.OTHER;
}

/** The error and its causes, outermost first; nothing when it is no object. */
function causesOf(error: unknown): readonly ErrorShape[] {
  const chain: ErrorShape[] = [];
  for (
    let at = error;
    typeof at === 'object' && at !== null && chain.length < MAX_CAUSES;
    at = (at as ErrorShape).cause
  ) {
    chain.push(at);
  }
  return chain;
}

function codeOf({ code }: ErrorShape): string | undefined {
  return typeof code === 'string' && CODE.test(code) ? code : undefined;
}

function nameOf(error: ErrorShape | undefined): string | undefined {
  const name = error?.name;
  return typeof name === 'string' && NAME.test(name) ? name : undefined;
}
