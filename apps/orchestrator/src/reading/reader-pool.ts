import type { RequirementFacts } from '../analysis/requirement-facts.ts';
import type { ReadingJob, ReadingResult } from './reading-messages.ts';
import type { ReadingWorker, StartWorker } from './reading-worker.ts';
import type { RequirementReader } from './requirement-reader.ts';

/** Texts of one job: few enough that several workers share an analysis. */
const JOB_TEXTS = 16;
/** Time between two starts of a worker at least, so that one which cannot live does not use up the machine. */
const RESTART_MS = 1000;

interface Member {
  readonly start: StartWorker;
  readonly jobs: Map<number, ReadingJob>;
  /** Undefined while a dead one waits for its successor. */
  worker: ReadingWorker | undefined;
  restart: NodeJS.Timeout | undefined;
}

interface Waiting {
  readonly resolve: (facts: readonly RequirementFacts[]) => void;
  readonly reject: (reason: Error) => void;
}

/** Reads in workers. One that dies is replaced, and its successor reads what it has not read. */
export class ReaderPool implements RequirementReader {
  readonly #members: readonly Member[];
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #isClosed = false;

  /** @param starters - Starts each of the workers, again when it has died. At least one. */
  constructor(starters: readonly StartWorker[]) {
    this.#members = starters.map((start) => ({ start, jobs: new Map(), worker: undefined, restart: undefined }));
    for (const member of this.#members) this.#start(member);
  }

  async readAll(texts: readonly string[]): Promise<ReadonlyMap<string, RequirementFacts>> {
    const parts: Promise<readonly (readonly [string, RequirementFacts])[]>[] = [];
    for (let index = 0; index < texts.length; index += JOB_TEXTS) {
      parts.push(this.#read(texts.slice(index, index + JOB_TEXTS)));
    }
    return new Map((await Promise.all(parts)).flat());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { restart } of this.#members) clearTimeout(restart);
    await Promise.all(this.#members.map(async ({ worker }) => worker?.end()));
    for (const { reject } of this.#waiting.values()) reject(new Error('The service ends.'));
    this.#waiting.clear();
  }

  async #read(texts: readonly string[]): Promise<readonly (readonly [string, RequirementFacts])[]> {
    const id = ++this.#lastId;
    const facts = await new Promise<readonly RequirementFacts[]>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#assign({ id, texts });
    });
    return facts.map((fact, index) => [texts[index] ?? '', fact]);
  }

  #assign(job: ReadingJob): void {
    const idlest = this.#members.reduce((best, member) => (member.jobs.size < best.jobs.size ? member : best));
    idlest.jobs.set(job.id, job);
    idlest.worker?.post(job);
  }

  #start(member: Member): void {
    const startMs = performance.now();
    const worker = member.start();
    member.worker = worker;
    worker.onResult((result) => this.#finish(member, result));
    worker.onExit(() => {
      member.worker = undefined;
      if (this.#isClosed) return;
      const waitMs = Math.max(0, RESTART_MS - (performance.now() - startMs));
      member.restart = setTimeout(() => this.#start(member), waitMs);
    });
    for (const job of member.jobs.values()) worker.post(job);
  }

  #finish(member: Member, { id, facts }: ReadingResult): void {
    member.jobs.delete(id);
    this.#waiting.get(id)?.resolve(facts);
    this.#waiting.delete(id);
  }
}
