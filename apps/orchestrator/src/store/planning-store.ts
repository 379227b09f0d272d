import type { DatabaseHandle } from '../database/database-handle.ts';
import type { HandlePool } from '../database/handle-pool.ts';
import { ApprovalRepository } from '../approvals/approval-repository.ts';
import { DocumentRepository } from '../documents/document-repository.ts';
import { ProjectRepository } from '../projects/project-repository.ts';
import { RequirementRepository } from '../requirements/requirement-repository.ts';
import { TaskRepository } from '../tasks/task-repository.ts';

/** All repositories, seen through one handle. */
export interface Repositories {
  readonly projects: ProjectRepository;
  readonly requirements: RequirementRepository;
  readonly documents: DocumentRepository;
  readonly tasks: TaskRepository;
  readonly approvals: ApprovalRepository;
}

/** A handle that someone holds, for several transactions with other work between them. */
export interface UnitOfWork {
  /** Reads in one transaction. */
  read<T>(work: (repositories: Repositories) => T): T;
  /** Reads and changes in one transaction, which is undone when the function throws. */
  write<T>(work: (repositories: Repositories) => T): T;
}

/** The planning data, reached through a pool of handles. */
export class PlanningStore {
  readonly #pool: HandlePool;

  constructor(pool: HandlePool) {
    this.#pool = pool;
  }

  /** Reads in one transaction. */
  read<T>(work: (repositories: Repositories) => T): Promise<T> {
    return this.hold((unit) => unit.read(work));
  }

  /** Reads and changes in one transaction, which is undone when the function throws. */
  write<T>(work: (repositories: Repositories) => T): Promise<T> {
    return this.hold((unit) => unit.write(work));
  }

  /**
   * Holds one handle until the promise of the function settles.
   *
   * @param signal - Ends the wait for a handle when aborted.
   */
  hold<T>(work: (unit: UnitOfWork) => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.#pool.use((handle) => work(unitOn(handle)), signal);
  }
}

function unitOn(handle: DatabaseHandle): UnitOfWork {
  const repositories: Repositories = {
    projects: new ProjectRepository(handle),
    requirements: new RequirementRepository(handle),
    documents: new DocumentRepository(handle),
    tasks: new TaskRepository(handle),
    approvals: new ApprovalRepository(handle),
  };
  return {
    read: (work) => handle.transaction('read', () => work(repositories)),
    write: (work) => handle.transaction('write', () => work(repositories)),
  };
}
