/** What the stub of the external services knows. */
export interface Article {
  readonly title: string;
  readonly text: string;
}

/** Advice on the design of software, written for this demonstration. */
export const KNOWLEDGE: readonly Article[] = [
  {
    title: 'Login and sessions',
    text: 'Keep passwords only as slow salted hashes. Give sessions a short life and renew their tokens while the user is active.',
  },
  {
    title: 'Roles and permissions',
    text: 'Check a permission where the data is changed, not only where the button is shown. Roles group permissions; users get roles.',
  },
  {
    title: 'Taking payments',
    text: 'Give each payment an idempotency key, so that a repeated request cannot charge a customer twice. Store amounts as integers of the smallest unit.',
  },
  {
    title: 'Invoices',
    text: 'An issued invoice never changes. Correct it by a second document that refers to the first.',
  },
  {
    title: 'Sending email',
    text: 'Put messages into an outbox in the same transaction as the change that causes them, and let a worker send them. Retry with growing pauses.',
  },
  {
    title: 'Notifications',
    text: 'Let users choose what they are notified of. Group what happens within minutes into one message.',
  },
  {
    title: 'Full-text search',
    text: 'Index what people search for, not all that is stored. Normalise case and word forms, and rank titles above texts.',
  },
  {
    title: 'Filtering lists',
    text: 'Page long lists by the last key seen instead of an offset, so that a page costs the same wherever it is.',
  },
  {
    title: 'Reports and charts',
    text: 'Compute reports from a copy or from summaries kept up to date, so that a long query does not hold up the people who work.',
  },
  { title: 'Exports', text: 'Stream an export row by row. Nothing but the current row needs to be in memory.' },
  {
    title: 'Public APIs',
    text: 'Version an API from its first day. Add fields freely, but never change the meaning of one that exists.',
  },
  { title: 'Webhooks', text: 'Sign each webhook, and expect the receiver to see it twice, late, or out of order.' },
  {
    title: 'Calling partner services',
    text: 'Give every call to a partner service a timeout. Honour status 429 and its Retry-After, and remember the last good answer.',
  },
  {
    title: 'Caching',
    text: 'Cache what is read often and changes rarely. Decide first how an entry becomes invalid, then whether it is worth its memory.',
  },
  {
    title: 'Scheduling and time zones',
    text: 'Store appointments with the time zone in which they were made. Only what is past can be stored in UTC without loss.',
  },
  {
    title: 'Bookings',
    text: 'Let the database refuse a double booking by a constraint. Checking first and inserting later loses the race.',
  },
  {
    title: 'Comments and mentions',
    text: 'Store comments as written and render them safely when shown. A mention is a reference to an account, not its name.',
  },
  {
    title: 'Approvals',
    text: 'Record who approved what in which state. An approval ends when what was approved changes.',
  },
  {
    title: 'Audit logs',
    text: 'An audit log is only ever added to. Keep who, what, when and the values before and after, apart from the data itself.',
  },
  {
    title: 'Retention',
    text: 'Decide for each kind of record how long it is kept and why. Delete by schedule, and prove that it happened.',
  },
  {
    title: 'File uploads',
    text: 'Limit the size of a file while it arrives. Scan and store it under a name of your own choice, outside of what is served.',
  },
  {
    title: 'Database schema',
    text: 'Let the schema say what is true: not null, unique, references. Whatever it does not refuse will be stored one day.',
  },
  {
    title: 'Backups',
    text: 'A backup is worth what its last restore has shown. Restore on a schedule and measure how long it takes.',
  },
  {
    title: 'Response times',
    text: 'Set a budget for each step of a request. Measure percentiles, since the mean hides what the slowest users see.',
  },
  {
    title: 'Mobile and accessible pages',
    text: 'Every page works with a keyboard, with large type and on a small screen. Contrast and labels are part of done.',
  },
  {
    title: 'Dashboards',
    text: 'Show on a dashboard what somebody acts upon. A number without a limit or a trend is decoration.',
  },
];
