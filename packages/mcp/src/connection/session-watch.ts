import type { Instrumentation } from '../instrumentation.ts';
import type { McpRole } from '../record/mcp-recorder.ts';
import type { TransportKind } from './transport-kind.ts';

interface OpenSession {
  readonly startedMs: number;
  readonly protocolVersion: string;
}

/** Records the session of one connection, if there ever is one: from `initialize` to the end of the connection. */
export class SessionWatch {
  readonly #instrumentation: Instrumentation;
  readonly #role: McpRole;
  readonly #transport: TransportKind;
  #session: OpenSession | undefined;

  constructor(instrumentation: Instrumentation, role: McpRole, transport: TransportKind) {
    this.#instrumentation = instrumentation;
    this.#role = role;
    this.#transport = transport;
  }

  /** The session began; a second `initialize` on the same connection begins no other. */
  begin(startedMs: number, protocolVersion: string): void {
    if (this.#session !== undefined) return;
    this.#session = { startedMs, protocolVersion };
    if (this.#role === 'server') this.#instrumentation.sessionsActive.inc({ transport: this.#transport });
  }

  /** The connection ended, and with it the session, if there was one. */
  end(): void {
    if (this.#session === undefined) return;
    const { startedMs, protocolVersion } = this.#session;
    this.#session = undefined;
    const { clock, recorders, sessionsActive } = this.#instrumentation;
    if (this.#role === 'server') sessionsActive.dec({ transport: this.#transport });
    const seconds = (clock.monotonicMs() - startedMs) / 1000;
    for (const recorder of recorders) {
      recorder.sessionEnded({ role: this.#role, seconds, transport: this.#transport, protocolVersion });
    }
  }
}
