import { ReservedLabelValue } from '@bduf/metrics-core/interfaces';

/** Methods of RFC 9110 and PATCH. Node's parser accepts some thirty more, which clients choose. */
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
]);

/** The method of a request as label value; `_OTHER` unless it is a common one. */
export function methodLabel(method: string | undefined): string {
  return method !== undefined && KNOWN_METHODS.has(method) ? method : ReservedLabelValue.OTHER;
}
