import { errorTypeOf } from '@bduf/metrics-core/primitives';
import type { Instrumentation } from '../instrumentation.ts';
import type { NotificationDirection } from '../record/method-table.ts';
import type { ToolMetrics } from '../record/tool-table.ts';
import type { McpRole } from '../record/mcp-recorder.ts';
import type { McpPeer, Transport } from '../sdk/sdk-shapes.ts';
import { isPromise } from '../sdk/is-promise.ts';
import type { MessageExtra, RequestId, WireMessage, WireResult } from '../sdk/wire-message.ts';
import type { ToolHooks } from '../tools/tool-hooks.ts';
import { type TrafficExclusion, exclusionsOf, isExcluded } from './excluded-traffic.ts';
import { OperationReport } from './operation-report.ts';
import { NOT_ENTERED, type OperationEnd, type PendingOperation } from './pending-operation.ts';
import { PendingRequests } from './pending-requests.ts';
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
  readonly #exclusions: readonly TrafficExclusion[];
  readonly #hooks: ToolHooks | undefined;
  readonly #transport: Transport;
  readonly #kind: TransportKind;
  readonly #session: SessionWatch;
  readonly #report: OperationReport;
  /** Requests of the other end that this end has not answered. */
  readonly #received = new PendingRequests();
  /** Requests of this end that the other has not answered. */
  readonly #sent = new PendingRequests();
  /** Revision that this connection settled on, as a label; empty before, and where each request names its own. */
  #protocolVersion = '';

  constructor(instrumentation: Instrumentation, { peer, role, tools }: TappedPeer, transport: Transport) {
    this.#instrumentation = instrumentation;
    this.#exclusions = exclusionsOf(peer);
    this.#transport = transport;
    this.#kind = transportKindOf(transport);
    this.#session = new SessionWatch(instrumentation, role, this.#kind);
    this.#hooks = tools;
    this.#report = new OperationReport(instrumentation, tools, this.#kind);
  }

  /** A message came in and is about to be handled. */
  received(message: WireMessage, extra: MessageExtra | undefined): void {
    try {
      const { id, method, params } = message;
      if (method === undefined) this.#answered(message, this.#settleSent(id, endOf(message)));
      else if (id !== undefined) this.#requestReceived(id, method, message, extra);
      else {
        if (method === CANCELLED_METHOD) this.#settleReceived(params?.requestId, CANCELLED);
        this.#notified('received', method, message);
      }
    } catch (error) {
      this.#instrumentation.onError(error);
    }
  }

  /**
   * A message is about to go out.
   *
   * @returns The request that now waits for an answer, when it is one that is measured.
   */
  sent(message: WireMessage): PendingOperation | undefined {
    try {
      const { id, method, params } = message;
      if (method === undefined) this.#answered(message, this.#settleReceived(id, endOf(message)));
      else if (id !== undefined) return this.#requestSent(id, method, message);
      else {
        if (method === CANCELLED_METHOD) this.#settleSent(params?.requestId, CANCELLED);
        this.#notified('sent', method, message);
      }
    } catch (error) {
      this.#instrumentation.onError(error);
    }
    return undefined;
  }

  /** Watches for a request that never reaches the other end, or that is given up without a word to it. */
  watchDelivery(request: PendingOperation, delivery: unknown, signal: AbortSignal | undefined): void {
    signal?.addEventListener('abort', () => this.#giveUp(request, CANCELLED), { once: true });
    if (!isPromise(delivery)) return;
    delivery.then(undefined, (error: unknown) => {
      this.#giveUp(request, { kind: 'failed', errorType: errorTypeOf(error) });
    });
  }

  /** The connection ended: nothing that is still open will be answered. */
  closed(): void {
    for (const operation of this.#received.takeAll()) this.#reportAnswered(operation, CONNECTION_CLOSED);
    for (const operation of this.#sent.takeAll()) this.#reportAsked(operation, CONNECTION_CLOSED);
    try {
      this.#session.end();
    } catch (error) {
      this.#instrumentation.onError(error);
    }
  }

  /** The request of the other end that waits for an answer under that id. */
  pendingCall(id: unknown): PendingOperation | undefined {
    return this.#received.find(id);
  }

  #requestReceived(id: RequestId, method: string, message: WireMessage, extra: MessageExtra | undefined): void {
    if (this.#isExcluded(message)) return;
    // A second request under the id of one that waits: which answer is whose cannot be told, so the first is given up.
    this.#settleReceived(id, SUPERSEDED);
    const operation = this.#operation(id, method, message, extra);
    operation.method.inFlight.inc();
    this.#received.add(operation);
  }

  #requestSent(id: RequestId, method: string, message: WireMessage): PendingOperation | undefined {
    if (this.#isExcluded(message)) return undefined;
    this.#settleSent(id, SUPERSEDED);
    const operation = this.#operation(id, method, message, undefined);
    this.#sent.add(operation);
    return operation;
  }

  #operation(id: RequestId, method: string, message: WireMessage, extra: MessageExtra | undefined): PendingOperation {
    const { clock, methods, protocolVersions } = this.#instrumentation;
    const { params } = message;
    const toolName = method === 'tools/call' && typeof params?.name === 'string' ? params.name : undefined;
    return {
      id,
      method: methods.of(method),
      tool: toolName === undefined ? undefined : this.#toolOf(toolName),
      toolName,
      startedMs: clock.monotonicMs(),
      protocolVersion: this.#protocolVersion || versionOfRequest(message, extra, protocolVersions),
      traceparent: params?.['_meta']?.['traceparent'],
      handler: NOT_ENTERED,
    };
  }

  #toolOf(name: string): ToolMetrics {
    const { tools } = this.#instrumentation;
    const known = tools.find(name);
    if (known !== undefined) return known;
    if (this.#hooks?.isRegistered(name) === true) tools.learn(name);
    return tools.of(name);
  }

  #notified(direction: NotificationDirection, method: string, message: WireMessage): void {
    if (this.#isExcluded(message)) return;
    this.#instrumentation.methods.of(method)[direction].inc();
  }

  /** Learns from an answer, of either end, what later ones are measured by. */
  #answered({ result }: WireMessage, request: PendingOperation | undefined): void {
    if (request === undefined || result === undefined) return;
    const { tools, protocolVersions } = this.#instrumentation;
    switch (request.method.label) {
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
    const operation = this.#received.take(id);
    if (operation !== undefined) this.#reportAnswered(operation, end);
    return operation;
  }

  #settleSent(id: RequestId | undefined, end: OperationEnd): PendingOperation | undefined {
    const operation = this.#sent.take(id);
    if (operation !== undefined) this.#reportAsked(operation, end);
    return operation;
  }

  #giveUp(request: PendingOperation, end: OperationEnd): void {
    if (this.#sent.find(request.id) === request) this.#settleSent(request.id, end);
  }

  #reportAnswered(operation: PendingOperation, end: OperationEnd): void {
    try {
      operation.method.inFlight.dec();
      this.#report.answered(operation, end);
    } catch (error) {
      this.#instrumentation.onError(error);
    }
  }

  #reportAsked(operation: PendingOperation, end: OperationEnd): void {
    try {
      this.#report.asked(operation, end);
    } catch (error) {
      this.#instrumentation.onError(error);
    }
  }

  #isExcluded(message: WireMessage): boolean {
    return isExcluded(this.#exclusions, message) || isExcluded(this.#instrumentation.exclusions, message);
  }
}

function endOf({ result, error }: WireMessage): OperationEnd {
  return error === undefined ? { kind: 'result', result } : { kind: 'error', code: error.code };
}

function namesOf(tools: unknown): readonly string[] {
  if (!Array.isArray(tools)) return [];
  return tools.map((tool: { readonly name?: unknown } | null) => tool?.name).filter((name) => typeof name === 'string');
}
