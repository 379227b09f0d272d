import { Ledger } from './ledger.ts';

/** What simulated clients have sent, as they have counted it themselves. */
export class TrafficLedger {
  /** HTTP requests by method, route template and status; 499 when the client went away before the response. */
  readonly requests: Ledger = new Ledger();
  /** Calls of MCP tools by tool and outcome. */
  readonly tools: Ledger = new Ledger();
  /** MCP sessions that have ended, by transport and protocol version. */
  readonly sessions: Ledger = new Ledger();
  /** Requests that got no response although their client waited for one, by method and route template. */
  readonly failures: Ledger = new Ledger();

  /** Adds all that another ledger has counted. */
  addAll(other: TrafficLedger): void {
    this.requests.addAll(other.requests);
    this.tools.addAll(other.tools);
    this.sessions.addAll(other.sessions);
    this.failures.addAll(other.failures);
  }
}
