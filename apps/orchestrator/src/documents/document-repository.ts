import * as z from 'zod';
import type { DatabaseHandle } from '../database/database-handle.ts';
import { jsonColumn } from '../database/json-column.ts';

/** Something that was derived from the requirements of a project. */
export interface StoredDocument<Body> {
  /** Revision of the requirements that it was derived from. */
  readonly revision: number;
  readonly body: Body;
  /** ISO time. */
  readonly createdAt: string;
}

/** A kind of document and what its body looks like. */
export interface DocumentKind<Body> {
  readonly name: string;
  readonly schema: z.ZodType<Body>;
}

/** Derived documents in the database, seen through one handle: at most one of each kind for a project. */
export class DocumentRepository {
  readonly #handle: DatabaseHandle;

  constructor(handle: DatabaseHandle) {
    this.#handle = handle;
  }

  /** Stores a document in place of the last one of its kind. */
  save<Body>(projectId: number, kind: DocumentKind<Body>, document: StoredDocument<Body>): void {
    this.#handle.run(
      'insert or replace into documents (project_id, kind, revision, body, created_at) values (?, ?, ?, ?, ?)',
      projectId,
      kind.name,
      document.revision,
      JSON.stringify(document.body),
      document.createdAt,
    );
  }

  /** The last document of a kind, if any. */
  find<Body>(projectId: number, kind: DocumentKind<Body>): StoredDocument<Body> | undefined {
    const row = this.#handle.get('select * from documents where project_id = ? and kind = ?', projectId, kind.name);
    if (row === undefined) return undefined;
    const schema = z.object({ revision: z.number(), body: jsonColumn(kind.schema), created_at: z.string() });
    const { revision, body, created_at: createdAt } = schema.parse(row);
    return { revision, body, createdAt };
  }
}
