/**
 * The product's matching, in two steps. First which tickets are better begun now than left waiting for a faster agent that
 * is busy (earliest finish, ticket by ticket in their order). Then who runs those: the least expected cost in sum over the
 * round, exactly where the round is small enough (assignment). A round of one ticket, or with one agent, needs no second step.
 */
import type { Match, Matcher } from '../match.ts';
import { createBeliefs } from './belief.ts';
import { createEarliestFinish, type EarliestFinishSettings } from './earliest-finish.ts';
import { createMatcher } from './matcher.ts';
import { sampleAgents } from './sample.ts';

/** While a slower agent is free, a ticket is held back for a faster one for so many of its own estimates, or until it is overdue. */
export const HOLD_BACK_AT_MOST = 10;
/** Tickets × agents that the first step looks at; in larger rounds every ticket is begun that can be. */
export const HOLD_BACK_CELLS = 100_000;

export function createSwarmMatcher({
  exploration = 'thompson',
  at_most = HOLD_BACK_AT_MOST,
}: Partial<Pick<EarliestFinishSettings, 'exploration' | 'at_most'>> = {}): Matcher {
  const begin = createEarliestFinish({ exploration, at_most });
  const assign = createMatcher({ exploration });
  return (entries, swarm, given) => {
    // Drawn once for both steps: else the second one would be taken for its luck.
    const context = { ...given, beliefs: createBeliefs(given, exploration) };
    const agents = sampleAgents(entries, swarm, context);
    if (entries.length * agents.length > HOLD_BACK_CELLS) return assign(entries, agents, context);
    const first = begin(entries, agents, context);
    if (first.length < 2) return first;
    const chosen = new Set(first.map(({ entry }) => entry.ticket_id));
    const begun = entries.filter(({ ticket_id }) => chosen.has(ticket_id));
    const matches: Match[] = assign(begun, agents, context);
    return isBetter(matches, first) ? matches : first;
  };
}

/**
 * All are begun, the plan that would be last is no later (each ticket with what depends on it), and the costs are less in
 * sum.
 */
function isBetter(matches: readonly Match[], first: readonly Match[]): boolean {
  return matches.length === first.length && lastEnd(matches) <= lastEnd(first) && sum(matches) < sum(first);
}

const costOf = ({ explanation }: Match): number => explanation.candidates[0]?.cost_ms ?? 0;
const lastEnd = (matches: readonly Match[]): number =>
  matches.reduce((last, match) => Math.max(last, costOf(match) + match.entry.below_ms), 0);
const sum = (matches: readonly Match[]): number => matches.reduce((all, match) => all + costOf(match), 0);
