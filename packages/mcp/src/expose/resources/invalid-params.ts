const INVALID_PARAMS = -32_602;

/** An error that SDKs answer with as it is: code and message. */
export function invalidParams(message: string): Error {
  return Object.assign(new Error(message), { code: INVALID_PARAMS });
}
