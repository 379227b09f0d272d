/** Something that was checked. */
export interface Check {
  /** What has to hold. */
  readonly name: string;
  /** What was looked at, for people. */
  readonly detail: string;
  /** In what ways it does not hold; none when it does. */
  readonly problems: readonly string[];
}
