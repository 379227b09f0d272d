import type { NotificationChannel, NotifiedAlert } from '@bduf/metrics-core/interfaces';
import { compileMatchers } from '@bduf/metrics-core/primitives';
import type { GroupingOptions, NotificationRoute } from './notifier-options.ts';

/** How a group is paced. */
export interface GroupTiming {
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
}

/** The group of a channel that an alert belongs to. */
export interface GroupTarget {
  readonly channel: NotificationChannel;
  readonly groupKey: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly timing: GroupTiming;
}

/** What of an alert decides its way. */
export type Routable = Pick<NotifiedAlert, 'labels'> & { readonly channels: readonly NotificationChannel[] };

type Grouping = GroupTiming & { readonly groupBy: readonly string[] };

interface Branch {
  readonly path: string;
  readonly grouping: Grouping;
  readonly channels: readonly NotificationChannel[] | undefined;
  readonly goesOn: boolean;
  readonly matches: (labels: Readonly<Record<string, string>>) => boolean;
  readonly children: readonly Branch[];
}

const DEFAULT_GROUPING: Grouping = {
  groupBy: ['alertname'],
  groupWaitMs: 5000,
  groupIntervalMs: 60_000,
  repeatIntervalMs: 14_400_000,
};

/** Decides who is told of an alert, and with which others. */
export class RouteTree {
  readonly #root: Branch;

  /** @param root - Grouping of all and the routes below; its own matchers are not looked at. */
  constructor(root: GroupingOptions & { readonly routes?: readonly NotificationRoute[] }) {
    const { routes = [], ...grouping } = root;
    this.#root = branchOf({ ...grouping, routes }, { path: '{}', grouping: DEFAULT_GROUPING, channels: undefined });
  }

  /** The groups of an alert, each once. */
  targetsOf(alert: Routable): readonly GroupTarget[] {
    const targets = new Map<string, GroupTarget>();
    for (const branch of branchesFor(this.#root, alert.labels)) {
      const groupLabels = groupLabelsOf(alert.labels, branch.grouping.groupBy);
      const groupKey = `${branch.path}:${textOf(groupLabels)}`;
      for (const channel of branch.channels ?? alert.channels) {
        targets.set(`${channel}\n${groupKey}`, { channel, groupKey, groupLabels, timing: branch.grouping });
      }
    }
    return [...targets.values()];
  }

  /** How a group of an earlier process is paced: as its route says, or as all when there is no such route any more. */
  timingOf(groupKey: string): GroupTiming {
    const found = findBranch(this.#root, groupKey);
    return (found ?? this.#root).grouping;
  }
}

function branchOf(route: NotificationRoute, parent: Pick<Branch, 'path' | 'grouping' | 'channels'>): Branch {
  const grouping = {
    groupBy: route.groupBy ?? parent.grouping.groupBy,
    groupWaitMs: route.groupWaitMs ?? parent.grouping.groupWaitMs,
    groupIntervalMs: route.groupIntervalMs ?? parent.grouping.groupIntervalMs,
    repeatIntervalMs: route.repeatIntervalMs ?? parent.grouping.repeatIntervalMs,
  };
  const self = { path: parent.path, grouping, channels: route.channels ?? parent.channels };
  return {
    ...self,
    goesOn: route.continue ?? false,
    matches: compileMatchers(route.matchers ?? []),
    children: (route.routes ?? []).map((child, index) => branchOf(child, { ...self, path: `${self.path}/${index}` })),
  };
}

function branchesFor(branch: Branch, labels: Readonly<Record<string, string>>): readonly Branch[] {
  const found: Branch[] = [];
  for (const child of branch.children) {
    if (!child.matches(labels)) continue;
    found.push(...branchesFor(child, labels));
    if (!child.goesOn) break;
  }
  return found.length > 0 ? found : [branch];
}

function findBranch(branch: Branch, groupKey: string): Branch | undefined {
  if (groupKey.startsWith(`${branch.path}:`)) return branch;
  for (const child of branch.children) {
    const found = findBranch(child, groupKey);
    if (found !== undefined) return found;
  }
  return undefined;
}

function groupLabelsOf(labels: Readonly<Record<string, string>>, groupBy: readonly string[]): Record<string, string> {
  const names = groupBy.length === 1 && groupBy[0] === '...' ? Object.keys(labels) : groupBy;
  const chosen = names.filter((name) => Object.hasOwn(labels, name)).toSorted();
  return Object.fromEntries(chosen.map((name) => [name, labels[name] ?? '']));
}

function textOf(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ')}}`;
}
