import { errorTypeOf } from '@bduf/metrics-core/primitives';
import type { Instrumentation } from '../instrumentation.ts';
import type { NotificationDirection } from '../record/traffic-recorder.ts';
import type { McpRole } from '../record/mcp-recorder.ts';
import type { McpPeer, Transport } from '../sdk/sdk-shapes.ts';
import type { MessageExtra, RequestId, WireMessage, WireResult } from '../sdk/wire-message.ts';
import type { ToolHooks } from '../tools/tool-hooks.ts';
import { isExcluded } from './excluded-traffic.ts';
import { OperationReport } from './operation-report.ts';
import { NOT_ENTERED, type OperationEnd, type PendingOperation } from './pending-operation.ts';
import { learnVersions, versionOfRequest } from './protocol-version.ts';
import { SessionWatch } from './session-watch.ts';
import { type TransportKind, canHoldSession, transportKindOf } from './transport-kind.ts';

/** Whose traffic a tap shows. */
export interface TappedPeer {
  /** The low-level server or the client. */
  readonly peer: McpPeer;
  /** Which end it is. */
  readonly role: McpRole;
  /** Tools of a server; undefined for a client. */
  readonly tools: ToolHooks | undefined;
}

const CANCELLED_METHOD = 'notifications/cancelled';
const CANCELLED: OperationEnd = { kind: 'cancelled' };
const CONNECTION_CLOSED: OperationEnd = { kind: 'connection_closed' };
const SUPERSEDED: OperationEnd = { kind: 'failed', errorType: 'duplicate_request_id' };

/**
 * Measures one connection by what passes over it: the only place that sees every request, answer, cancellation and end,
 * alike for all SDKs and transports. Nothing that fails in here reaches the connection.
 */
export class ConnectionTap {
  readonly #instrumentation: Instrumentation;
  readonly #peer: McpPeer;
  readonly #transport: Transport;
  readonly #kind: TransportKind;
  readonly #session: SessionWatch;
  readonly #report: OperationReport;
  /** Requests of the other end that this end has not answered. */
  readonly #received = new Map<RequestId, PendingOperation>();
  /** Requests of this end that the other has not answered. */
  readonly #sent = new Map<RequestId, PendingOperation>();
  /** Revision that this connection settled on, as a label; empty before, and where each request names its own. */
  #protocolVersion = '';

  constructor(instrumentation: Instrumentation, { peer, role, tools }: TappedPeer, transport: Transport) {
    this.#instrumentation = instrumentation;
    this.#peer = peer;
    this.#transport = transport;
    this.#kind = transportKindOf(transport);
    this.#session = new SessionWatch(instrumentation, role, this.#kind);
    this.#report = new OperationReport(instrumentation, tools, this.#kind);
  }

  /** A message came in and is about to be handled. */
  received(message: WireMessage, extra: MessageExtra | undefined): void {
    this.#safely(() => {
      const { id, method, params } = message;
      if (method === undefined) this.#answered(message, this.#settleSent(id, endOf(message)));
      else if (id !== undefined) this.#requestReceived(id, method, message, extra);
      else {
        if (method === CANCELLED_METHOD) this.#settleReceived(params?.requestId, CANCELLED);
        this.#notified('received', method, message);
      }
    });
  }

  /**
   * A message is about to go out.
   *
   * @returns The request that now waits for an answer, when it is one that is measured.
   */
  sent(message: WireMessage): PendingOperation | undefined {
    return this.#safely(() => {
      const { id, method, params } = message;
      if (method === undefined) this.#answered(message, this.#settleReceived(id, endOf(message)));
      else if (id !== undefined) return this.#requestSent(id, method, message);
      else {
        if (method === CANCELLED_METHOD) this.#settleSent(params?.requestId, CANCELLED);
        this.#notified('sent', method, message);
      }
      return undefined;
    });
  }

  /** Watches for a request that never reaches the other end, or that is given up without a word to it. */
  watchDelivery(request: PendingOperation, delivery: unknown, signal: AbortSignal | undefined): void {
    this.#safely(() => {
      signal?.addEventListener('abort', () => this.#giveUp(request, CANCELLED), { once: true });
      if (!isThenable(delivery)) return;
      delivery.then(undefined, (error: unknown) => {
        this.#giveUp(request, { kind: 'failed', errorType: errorTypeOf(error) });
      });
    });
  }

  /** The connection ended: nothing that is still open will be answered. */
  closed(): void {
    for (const id of this.#received.keys()) this.#settleReceived(id, CONNECTION_CLOSED);
    for (const id of this.#sent.keys()) this.#settleSent(id, CONNECTION_CLOSED);
    this.#safely(() => this.#session.end());
  }

  /** The request of the other end that waits for an answer under that id. */
  pendingCall(id: unknown): PendingOperation | undefined {
    // Ids that are neither strings nor numbers are simply not found.
    return this.#received.get(id as RequestId);
  }

  #requestReceived(id: RequestId, method: string, message: WireMessage, extra: MessageExtra | undefined): void {
    if (this.#isExcluded(message)) return;
    // A second request under the id of one that waits: which answer is whose cannot be told, so the first is given up.
    this.#settleReceived(id, SUPERSEDED);
    const operation = this.#operation(id, method, message, extra);
    this.#instrumentation.traffic.requestBegan(operation.method);
    this.#received.set(id, operation);
  }

  #requestSent(id: RequestId, method: string, message: WireMessage): PendingOperation | undefined {
    if (this.#isExcluded(message)) return undefined;
    const operation = this.#operation(id, method, message, undefined);
    this.#sent.set(id, operation);
    return operation;
  }

  #operation(id: RequestId, method: string, message: WireMessage, extra: MessageExtra | undefined): PendingOperation {
    const { clock, protocolVersions } = this.#instrumentation;
    const { name, _meta: meta } = message.params ?? {};
    return {
      id,
      method: this.#labelOf(method),
      startedMs: clock.monotonicMs(),
      toolName: method === 'tools/call' && typeof name === 'string' ? name : undefined,
      protocolVersion: this.#protocolVersion || versionOfRequest(message, extra, protocolVersions),
      traceparent: meta?.['traceparent'],
      handler: NOT_ENTERED,
    };
  }

  #notified(direction: NotificationDirection, method: string, message: WireMessage): void {
    if (!this.#isExcluded(message)) this.#instrumentation.traffic.notified(direction, this.#labelOf(method));
  }

  #answered({ result }: WireMessage, request: PendingOperation | undefined): void {
    if (request === undefined || result === undefined) return;
    const { tools, protocolVersions } = this.#instrumentation;
    switch (request.method) {
      case 'tools/list':
        for (const name of namesOf(result.tools)) tools.learn(name);
        break;
      case 'server/discover':
        learnVersions(result, protocolVersions);
        break;
      case 'initialize':
        learnVersions(result, protocolVersions);
        this.#initialized(request, result);
        break;
    }
  }

  #initialized({ startedMs }: PendingOperation, { protocolVersion }: WireResult): void {
    const version = typeof protocolVersion === 'string' ? protocolVersion : '';
    this.#protocolVersion = this.#instrumentation.protocolVersions.labelOf(version);
    if (canHoldSession(this.#kind, this.#transport)) this.#session.begin(startedMs, this.#protocolVersion);
  }

  #settleReceived(id: RequestId | undefined, end: OperationEnd): PendingOperation | undefined {
    const operation = take(this.#received, id);
    if (operation === undefined) return undefined;
    this.#safely(() => this.#instrumentation.traffic.requestEnded(operation.method));
    this.#safely(() => this.#report.answered(operation, end));
    return operation;
  }

  #settleSent(id: RequestId | undefined, end: OperationEnd): PendingOperation | undefined {
    const operation = take(this.#sent, id);
    if (operation !== undefined) this.#safely(() => this.#report.asked(operation, end));
    return operation;
  }

  #giveUp(request: PendingOperation, end: OperationEnd): void {
    if (this.#sent.get(request.id) === request) this.#settleSent(request.id, end);
  }

  #isExcluded(message: WireMessage): boolean {
    const { excludedTools } = this.#instrumentation;
    if (excludedTools.size > 0 && message.method === 'tools/call') {
      const name = message.params?.name;
      if (typeof name === 'string' && excludedTools.has(name)) return true;
    }
    return isExcluded(this.#peer, message);
  }

  #labelOf(method: string): string {
    return this.#instrumentation.methods.labelOf(method);
  }

  #safely<T>(measure: () => T): T | undefined {
    try {
      return measure();
    } catch (error) {
      this.#instrumentation.onError(error);
      return undefined;
    }
  }
}

function take(pending: Map<RequestId, PendingOperation>, id: RequestId | undefined): PendingOperation | undefined {
  if (id === undefined) return undefined;
  const operation = pending.get(id);
  pending.delete(id);
  return operation;
}

function endOf({ result, error }: WireMessage): OperationEnd {
  return error === undefined ? { kind: 'result', result } : { kind: 'error', code: error.code };
}

function namesOf(tools: unknown): readonly string[] {
  if (!Array.isArray(tools)) return [];
  return tools.map((tool: { readonly name?: unknown } | null) => tool?.name).filter((name) => typeof name === 'string');
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
