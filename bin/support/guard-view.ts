/** Guards as `hive guards` shows them: a line a breaker, a line a bucket. */
import type { GuardsView } from '../../core/guard/guards.ts';
import type { Out } from './io.ts';
import { duration, padTo, plain } from './text.ts';

const BAR = 20;

export function guardLines({ at, breakers, buckets }: GuardsView, color: Out['color']): string[] {
  const wide = Math.max(
    8,
    ...breakers.map(({ key }) => plain(key).length),
    ...buckets.map((one) => nameOf(one).length),
  );
  return [
    ...(breakers.length === 0 ? ['no breaker is open'] : []),
    ...breakers.map(({ key, phase, since, until = at, opened, trial }) => {
      const state = phase === 'open' ? color.red('open     ') : color.yellow('half open');
      const times = opened === 1 ? 'once' : `${opened} times`;
      const next =
        phase === 'open'
          ? `one ticket may try it in ${duration(Math.max(0, until - at))}`
          : trial === undefined
            ? 'waits for a ticket to try it'
            : `ticket ${plain(trial.ticket_id)} tries it`;
      return `${state}  ${padTo(plain(key), wide)}  opened ${times}, last ${duration(Math.max(0, at - since))} ago: ${next}`;
    }),
    '',
    ...buckets.map((one) => {
      const filled = Math.round((BAR * one.left) / one.burst);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`;
      return `bucket     ${padTo(nameOf(one), wide)}  ${bar}  ${one.left} of ${one.burst} left, ${one.limit} a minute`;
    }),
  ];
}

const nameOf = ({ scope, key }: { scope: string; key: string }): string =>
  scope === 'global' ? 'all callers' : `${scope} ${plain(key)}`;
