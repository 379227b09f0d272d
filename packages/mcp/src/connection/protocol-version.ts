import type { BoundedNames } from '../names/bounded-names.ts';
import type { MessageExtra, WireMessage, WireResult } from '../sdk/wire-message.ts';

/** Revisions are named by dates. */
const VERSION = /^\d{4}-\d{2}-\d{2}$/;
const META_KEY = 'io.modelcontextprotocol/protocolVersion';
const HEADER = 'mcp-protocol-version';

/** Revision that a single request names, in its metadata or its HTTP headers, as a label; empty when it names none. */
export function versionOfRequest(
  { params }: WireMessage,
  extra: MessageExtra | undefined,
  known: BoundedNames,
): string {
  const version =
    params?.['_meta']?.[META_KEY] ?? extra?.requestInfo?.headers?.[HEADER] ?? extra?.request?.headers?.get(HEADER);
  return typeof version === 'string' ? known.labelOf(version) : '';
}

/** Learns the revisions that an answer to `initialize` or `server/discover` stands for: these a peer really speaks. */
export function learnVersions({ protocolVersion, supportedVersions }: WireResult, known: BoundedNames): void {
  const versions: readonly unknown[] = Array.isArray(supportedVersions) ? supportedVersions : [];
  for (const version of [protocolVersion, ...versions]) {
    if (typeof version === 'string' && VERSION.test(version)) known.learn(version);
  }
}
