import type { Clock, ClockTimer } from '@bduf/metrics-core/interfaces';
import { demandAt } from './demand-wave.ts';
import { SeededRandom } from './seeded-random.ts';
import { SimulatedClient } from './simulated-client.ts';
import { type McpEra, SimulatedMcpClient } from './simulated-mcp-client.ts';
import { SimulatedUser } from './simulated-user.ts';
import { assistant } from './stories/assistant.ts';
import { blunderer } from './stories/blunderer.ts';
import { deserter } from './stories/deserter.ts';
import { newcomer } from './stories/newcomer.ts';
import { planner } from './stories/planner.ts';
import { reader } from './stories/reader.ts';
import { stranger } from './stories/stranger.ts';
import { tidier } from './stories/tidier.ts';
import { watcher } from './stories/watcher.ts';
import type { StoryTeller } from './story.ts';
import { TrafficLedger } from './traffic-ledger.ts';

/** Options of a {@link TrafficGenerator}. */
export interface TrafficOptions {
  /** Where the server is, without a slash at the end. */
  readonly origin: string;
  /** Mean number of requests in a second; demand swings around it. */
  readonly requestsPerSecond: number;
  /** The same seed gives the same users with the same intentions. */
  readonly seed: number;
  /** Source of time. */
  readonly clock: Clock;
}

/** Who uses the service, and how many of them are there: those who have most to do are most. */
const CAST: readonly (readonly [StoryTeller, number])[] = [
  [planner, 6],
  [assistant('legacy'), 1],
  [assistant('modern'), 1],
  [reader, 5],
  [watcher, 2],
  [newcomer, 1],
  [blunderer, 1],
  [stranger, 1],
  [deserter, 1],
  [tidier, 1],
];

/** Most surprises of which the reason is kept. */
const MOST_SURPRISES = 20;

/**
 * Simulated users, who send real requests over real connections and count them. Requests begin independently of each
 * other, as those of many people do; what is due while all users wait for a response is left out.
 */
export class TrafficGenerator {
  /** What was sent. */
  readonly ledger: TrafficLedger = new TrafficLedger();
  readonly #options: TrafficOptions;
  readonly #random: SeededRandom;
  readonly #client: SimulatedClient;
  readonly #users: readonly SimulatedUser[];
  readonly #mcpClients = new Set<SimulatedMcpClient>();
  readonly #surprises: string[] = [];
  #closeStream: (() => void) | undefined;
  #startMs = 0;
  /** Requests that should have been sent so far. */
  #due = 0;
  #timer: ClockTimer | undefined;

  constructor(options: TrafficOptions) {
    this.#options = options;
    this.#random = new SeededRandom(options.seed);
    this.#client = new SimulatedClient(options.origin, this.ledger);
    const connectMcp = (era: McpEra): Promise<SimulatedMcpClient> => this.#connectMcp(era);
    this.#users = CAST.flatMap(([tell, count]) => Array.from({ length: count }, () => tell)).map(
      (tell, index) =>
        new SimulatedUser(tell, {
          client: this.#client.actingFor(`simulated user ${index + 1}`),
          connectMcp,
          random: this.#random.fork(),
        }),
    );
  }

  /** What went otherwise than a user expected; none while the service is healthy. */
  get surprises(): readonly string[] {
    return this.#surprises;
  }

  /** Begins to send. */
  async start(): Promise<void> {
    this.#startMs = this.#options.clock.monotonicMs();
    this.#scheduleNext();
    this.#closeStream = await this.#client.listen('/api/events');
  }

  /** Begins nothing more, waits for the responses to what is under way, and ends sessions and streams. */
  async drain(): Promise<void> {
    this.#timer?.cancel();
    await Promise.all(this.#users.map((user) => user.quit()));
    this.#closeStream?.();
    this.#closeStream = undefined;
  }

  /** Sends nothing more and closes all connections. Responses under way are not waited for. */
  close(): void {
    this.#timer?.cancel();
    this.#closeStream?.();
    this.#closeStream = undefined;
    this.#client.close();
    for (const client of this.#mcpClients) client.drop();
  }

  async #connectMcp(era: McpEra): Promise<SimulatedMcpClient> {
    const { origin } = this.#options;
    const onClosed = (closed: SimulatedMcpClient): void => void this.#mcpClients.delete(closed);
    const client = new SimulatedMcpClient({ origin, era, ledger: this.ledger, onClosed });
    // Before it is connected, since the end of everything may come first.
    this.#mcpClients.add(client);
    await client.connect();
    return client;
  }

  #scheduleNext(): void {
    const { clock, requestsPerSecond } = this.#options;
    const rate = requestsPerSecond * demandAt(clock.monotonicMs() - this.#startMs);
    this.#timer = clock.setTimer(this.#random.exponential(1000 / rate), () => {
      this.#scheduleNext();
      this.#due += 1;
      // A step may take several requests, as connecting over MCP does; then others wait until they are due.
      if (this.#due > this.ledger.requests.total) this.#letSomeoneAct();
    });
  }

  #letSomeoneAct(): void {
    const free = this.#users.filter(({ isBusy }) => !isBusy);
    if (free.length === 0) return;
    this.#random
      .pick(free)
      .act()
      .catch((error: unknown) => this.#noteSurprise(error));
  }

  #noteSurprise(error: unknown): void {
    if (this.#surprises.length < MOST_SURPRISES)
      this.#surprises.push(error instanceof Error ? error.message : String(error));
  }
}
