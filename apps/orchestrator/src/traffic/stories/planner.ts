import { RestWorkflow } from '../rest-workflow.ts';
import type { Story, StoryTools } from '../story.ts';
import { leadProject } from './lead-project.ts';

/** Leads a project by means of the REST API. */
export function planner({ client, random }: StoryTools): Story {
  return leadProject(new RestWorkflow(client), random);
}
