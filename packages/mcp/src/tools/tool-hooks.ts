import { areToolExecutionMarksEnabled, runWithToolExecutionMark } from '@bduf/metrics-core/primitives';
import type { PendingOperation } from '../connection/pending-operation.ts';
import type { ToolTable } from '../record/tool-table.ts';
import type { RegisteredTool, ToolCallContext, ToolChanges, ToolRegistrar } from '../sdk/sdk-shapes.ts';
import type { CalledTool } from './reason-of-error.ts';

/** Not part of the SDKs' documented interface. Without it, tools registered before are not told apart as finely. */
const REGISTERED_TOOLS = '_registeredTools';

type ToolCallback = (...args: readonly unknown[]) => unknown;

/**
 * Watches the callbacks of a server's tools. What a callback throws is known only here: SDKs make a result of it. The
 * call is found again by the id of its request, which SDKs hand to the callback.
 */
export class ToolHooks {
  readonly #metrics: object;
  readonly #listed: ToolTable;
  readonly #watched = new Map<string, RegisteredTool>();
  #registrar: ToolRegistrar | undefined;
  #findCall: (id: unknown) => PendingOperation | undefined = () => undefined;

  /**
   * @param metrics - Where calls are counted, for the mark that keeps others from counting them again.
   * @param listed - Names of tools that answers to `tools/list` have shown, for servers without a registrar.
   */
  constructor(metrics: object, listed: ToolTable) {
    this.#metrics = metrics;
    this.#listed = listed;
  }

  /** Watches the tools of a server: those it has and those it gets. A server without `registerTool` is left alone. */
  watch(registrar: ToolRegistrar): void {
    if (this.#registrar !== undefined || registrar.registerTool === undefined) return;
    this.#registrar = registrar;
    for (const [name, tool] of Object.entries(registrar[REGISTERED_TOOLS] ?? {})) this.#watchRegistered(name, tool);
    this.#hook(registrar, 'registerTool');
    this.#hook(registrar, 'tool');
  }

  /** Looks for calls in this connection from now on. */
  follow(findCall: (id: unknown) => PendingOperation | undefined): void {
    this.#findCall = findCall;
  }

  /** Whether the server has a tool of that name. */
  isRegistered(name: string): boolean {
    if (this.#watched.has(name)) return true;
    const registered = this.#registrar?.[REGISTERED_TOOLS];
    return registered !== undefined && Object.hasOwn(registered, name);
  }

  /** What is known of a tool that was called. */
  called(name: string): CalledTool {
    const tool = this.#watched.get(name);
    return {
      isKnown: this.#registrar === undefined ? this.#listed.has(name) : this.isRegistered(name),
      isDisabled: tool?.enabled === false,
      isWatched: tool !== undefined,
    };
  }

  #hook(registrar: ToolRegistrar, method: 'registerTool' | 'tool'): void {
    const register = registrar[method];
    if (register === undefined) return;
    registrar[method] = (...args) => {
      const callback = args.at(-1);
      if (!isCallback(callback)) return Reflect.apply(register, registrar, args);
      const tool = Reflect.apply(register, registrar, [...args.slice(0, -1), this.#watchedCallback(callback)]);
      this.#track(String(args[0]), tool);
      return tool;
    };
  }

  #watchRegistered(name: string, tool: RegisteredTool): void {
    if (!isCallback(tool.handler) || tool.update === undefined) return;
    tool.update({ callback: this.#watchedCallback(tool.handler) });
    this.#track(name, tool);
  }

  /** Follows a tool through its changes: another name, another callback, removal. */
  #track(registeredName: string, tool: RegisteredTool): void {
    this.#watched.set(registeredName, tool);
    const { update } = tool;
    if (update === undefined) return;
    let name = registeredName;
    tool.update = (changes: ToolChanges) => {
      const { callback } = changes;
      Reflect.apply(update, tool, [
        isCallback(callback) ? { ...changes, callback: this.#watchedCallback(callback) } : changes,
      ]);
      if (changes.name === undefined || changes.name === name) return;
      this.#watched.delete(name);
      if (changes.name === null) return;
      name = changes.name;
      this.#watched.set(name, tool);
    };
  }

  #watchedCallback(callback: ToolCallback): ToolCallback {
    return (...args) => {
      const call = this.#findCall(idOfCall(args.at(-1)));
      if (call?.toolName === undefined) return callback(...args);
      try {
        const value = areToolExecutionMarksEnabled()
          ? runWithToolExecutionMark({ tool: call.toolName, recorder: this.#metrics }, () => callback(...args))
          : callback(...args);
        call.handler = { step: 'returned', value };
        return value;
      } catch (error) {
        call.handler = { step: 'threw', error };
        throw error;
      }
    };
  }
}

function idOfCall(context: unknown): unknown {
  if (typeof context !== 'object' || context === null) return undefined;
  const { requestId, mcpReq } = context as ToolCallContext;
  return requestId ?? mcpReq?.id;
}

function isCallback(value: unknown): value is ToolCallback {
  return typeof value === 'function';
}
