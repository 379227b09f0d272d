import * as z from 'zod';

/** The argument by which tools know a project. */
export const projectId = z.number().int().positive().describe('Id of the project, as create_project has given it');

/** Arguments of a tool that works on a project as a whole. */
export const projectOnly = z.strictObject({ projectId });
