import { once } from 'node:events';
import { Router } from 'express';
import { idParam } from '../http/id-param.ts';
import { requestSignal } from '../http/request-signal.ts';
import type { DesignDocuments } from './design-document.ts';

/** Route of the design document of one project; mounted below `/:projectId`. */
export function createDesignDocumentRouter(documents: DesignDocuments): Router {
  const router = Router({ mergeParams: true });

  router.get('/', async (req, res) => {
    const signal = requestSignal(res);
    const sink = async (markdown: string): Promise<void> => {
      signal.throwIfAborted();
      if (!res.headersSent) res.type('text/markdown');
      if (!res.write(markdown)) await once(res, 'drain', { signal });
    };
    await documents.write(idParam(req, 'projectId'), sink, signal);
    res.end();
  });

  return router;
}
