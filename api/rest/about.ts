/** What a call is about, by the collection that its path names. */
import { type About, THE_HIVE } from '../../core/access/resources.ts';
import type { Route } from './route.ts';

const KINDS: Readonly<Record<string, About['kind']>> = {
  plans: 'Plan',
  tickets: 'Ticket',
  agents: 'Agent',
  incidents: 'Incident',
  assets: 'Asset',
};

/** Lists, and what there is one of, are the hive's. */
export function aboutOf({ path }: Pick<Route, 'path'>, id: string): About {
  const kind = KINDS[path.split('/')[2] ?? ''];
  return kind === undefined || !path.includes('{id}') ? THE_HIVE : { kind, id };
}
