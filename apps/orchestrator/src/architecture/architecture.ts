import * as z from 'zod';
import type { DocumentKind } from '../documents/document-repository.ts';

/** Layers of a system, from what the others stand on to what people and other systems see. */
export const LAYERS = ['storage', 'foundation', 'application', 'interface'] as const;
/** A layer of a system. */
export type Layer = (typeof LAYERS)[number];

/** A part of a system. */
export interface Component {
  readonly name: string;
  readonly layer: Layer;
  /** Ids of the requirements that it has to fulfil; each requirement belongs to one component. */
  readonly requirements: readonly number[];
  /** Names of the components that it uses. Never a cycle. */
  readonly dependsOn: readonly string[];
  /** Measurable demands on it, in the words of the requirements. */
  readonly constraints: readonly string[];
}

/** Something that can go wrong with a design. */
export interface Risk {
  readonly level: 'low' | 'medium' | 'high';
  readonly description: string;
  /** Ids of the requirements that it comes from. */
  readonly requirements: readonly number[];
}

/** The design of a system, derived from its requirements. */
export interface Architecture {
  /** In an order in which they can be built: each after those that it uses. */
  readonly components: readonly Component[];
  /** Worst first. */
  readonly risks: readonly Risk[];
}

const schema: z.ZodType<Architecture> = z.object({
  components: z.array(
    z.object({
      name: z.string(),
      layer: z.enum(LAYERS),
      requirements: z.array(z.number()),
      dependsOn: z.array(z.string()),
      constraints: z.array(z.string()),
    }),
  ),
  risks: z.array(
    z.object({ level: z.enum(['low', 'medium', 'high']), description: z.string(), requirements: z.array(z.number()) }),
  ),
});

/** How an architecture is stored. */
export const ARCHITECTURE_DOCUMENT: DocumentKind<Architecture> = { name: 'architecture', schema };
