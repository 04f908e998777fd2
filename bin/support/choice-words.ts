/** Why a ticket was assigned when it was, and to whom it was: a sentence each. */
import type { AgentCandidate, AgentChoice } from '../../core/messages/ticket-explanation.ts';
import { count, duration, plain } from './text.ts';

const AGENTS = 4;

/** Why its turn; why this agent. Assignments of before such things were kept tell less. */
export function choiceWords(choice: AgentChoice): string[] {
  return [turnWords(choice), agentWords(choice)];
}

function turnWords({ strategy, queue_position, queue_length, priority }: AgentChoice): string {
  const place = `its turn by ${plain(strategy)}: place ${queue_position} of ${queue_length}`;
  if (priority === undefined) return place;
  const { score, risk, qos, urgency, age } = priority;
  const terms = `risk ${two(risk)} + qos ${two(qos)} + urgency ${two(urgency)} + age ${two(age)}`;
  return `${place}, priority ${two(score)} (${terms})`;
}

function agentWords({ candidates, predicted, margin_ms, method }: AgentChoice): string {
  const [chosen, ...others] = candidates;
  if (chosen === undefined) return 'chosen from nobody else';
  const shown = others.slice(0, AGENTS - 1).map(candidateWords);
  const more = candidates.length > AGENTS ? ` and ${candidates.length - AGENTS} more` : '';
  const after = shown.length === 0 ? 'no other was free for it' : `next best ${shown.join(', ')}${more}`;
  if (chosen.cost_ms === undefined) {
    const free = [candidateWords(chosen), ...shown].join(', ');
    return `chosen from ${free}${more}`;
  }
  return [
    `chosen: ${expectedWords(chosen)}`,
    ...(predicted ? [`in ${duration(predicted.p90_ms)} with 90 %`] : []),
    `${after}${margin_ms === undefined ? '' : betterBy(margin_ms)}`,
    ...(others.length > 0 && (method === 'greedy' || method === 'near_optimal') ? [METHOD[method]] : []),
  ].join('; ');
}

const METHOD = { greedy: 'the round was solved by greedy', near_optimal: 'the round was solved near its optimum' };

/** `expected done in 12.0 s, success 98 %` and whatever else it is charged for. */
function expectedWords({ wait_ms = 0, duration_ms = 0, success, ...more }: AgentCandidate): string {
  const charged = [
    ['for failures', more.failure_ms],
    ['for distance', more.distance_ms],
    ['against hotspots', more.spread_ms],
    ['since an attempt failed on it', more.avoid_ms],
  ] as const;
  return [
    `expected done in ${duration(wait_ms + duration_ms)}`,
    ...(success === undefined ? [] : [`success ${Math.round(success * 100)} %`]),
    ...charged.flatMap(([why, ms]) => (ms === undefined || ms < 1 ? [] : [`${duration(ms)} ${why}`])),
  ].join(', ');
}

const candidateWords = (one: AgentCandidate): string =>
  `${plain(one.agent_id)} (${one.cost_ms === undefined ? `${count(one.free_slots, 'slot')} free` : expectedWords(one)})`;

/** A round that is solved as a whole may give one ticket the second best for the good of all. */
const betterBy = (margin: number): string =>
  margin >= 0
    ? `: better by ${duration(margin)}`
    : `: ${duration(-margin)} better for this ticket, and worse for the round`;

const two = (value: number): string => value.toFixed(2);
