import type { ExternalStub } from '../../external/stub/external-stub.ts';
import type { Fault } from '../fault.ts';

/** The external services have had enough. */
export function upstream429(stub: ExternalStub): Fault {
  return {
    name: 'upstream_429',
    description: 'The external services refuse every request with status 429.',
    alert: 'upstream_rate_limited',
    begin: () => {
      stub.refuseAll(true);
      return () => stub.refuseAll(false);
    },
  };
}
