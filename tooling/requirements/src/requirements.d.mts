/** A test by its file and by its title, as the source has it: `%s` and `$name` stand for any text. */
export interface Proof {
  readonly file: string;
  readonly test: string;
}

/** One line of what the product promises. */
export interface Requirement {
  readonly id: string;
  /** What is promised, in one sentence. */
  readonly promise: string;
  readonly proofs: readonly Proof[];
  /** Why there is no proof yet; only where there is none. */
  readonly gap?: string;
}

/** How one test of a package ended, as the reporter of the jest preset writes it. */
export interface TestResult {
  /** Path relative to the root. */
  readonly file: string;
  readonly title: string;
  readonly status: string;
}

/** What is wrong with a table as such: ids that repeat, requirements without proof, proofs that no source has. */
export function tableFaults(
  requirements: readonly Requirement[],
  readSource: (file: string) => string | undefined,
): readonly string[];

/** What the last run of the tests does not prove. */
export function unproven(
  requirements: readonly Requirement[],
  results: readonly TestResult[],
): readonly { readonly fault: string; readonly isSkipped: boolean }[];

/** The table as a page for readers. */
export function requirementsPage(requirements: readonly Requirement[]): string;
