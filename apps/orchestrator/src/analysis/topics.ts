import { stemOf } from './words.ts';

/** What parts of a product requirements can be about. */
export const TOPICS = [
  'user_interface',
  'identity',
  'payments',
  'notifications',
  'reporting',
  'search',
  'integration',
  'scheduling',
  'collaboration',
  'audit',
  'storage',
] as const;
/** What a part of a product is about. */
export type Topic = (typeof TOPICS)[number];

const WORDS: Readonly<Record<Topic, string>> = {
  user_interface: 'screen page form button dashboard display show view layout browser mobile app interface theme',
  identity: 'login password account sign authenticate user role permission authorize access token session',
  payments: 'pay payment invoice price refund card billing checkout order tax currency',
  notifications: 'notify notification email message alert sms reminder push subscribe',
  reporting: 'report chart statistic summary metric trend export figure forecast',
  search: 'search find filter query sort rank index lookup',
  integration: 'api integrate import webhook partner service external synchronize gateway connect',
  scheduling: 'schedule calendar appointment booking deadline recurring timer slot shift reservation',
  collaboration: 'comment share team assign review approve invite discuss chat mention',
  audit: 'audit log history trace record compliance retention evidence',
  storage: 'store save database archive backup file document upload delete retain',
};

const TOPIC_OF_TERM: ReadonlyMap<string, readonly Topic[]> = indexTerms();

/** The topics that a requirement touches by its terms, the one with most terms first. */
export function topicsOf(terms: ReadonlySet<string>): readonly Topic[] {
  const hits = new Map<Topic, number>();
  for (const term of terms) {
    for (const topic of TOPIC_OF_TERM.get(term) ?? []) hits.set(topic, (hits.get(topic) ?? 0) + 1);
  }
  return TOPICS.filter((topic) => hits.has(topic)).toSorted((a, b) => (hits.get(b) ?? 0) - (hits.get(a) ?? 0));
}

function indexTerms(): ReadonlyMap<string, readonly Topic[]> {
  const index = new Map<string, Topic[]>();
  for (const topic of TOPICS) {
    for (const word of WORDS[topic].split(' ')) {
      const term = stemOf(word);
      index.set(term, [...(index.get(term) ?? []), topic]);
    }
  }
  return index;
}
