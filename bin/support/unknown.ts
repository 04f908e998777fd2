/** What is not in the ledger. */
import { refuse } from './errors.ts';
import { nearNames } from './near-names.ts';
import { echo, plain } from './text.ts';

export const unknownPlan = (id: string) =>
  refuse('PLAN_UNKNOWN', `there is no plan ${echo(id)} in this ledger`, {
    try: 'hive plans lists the plans there are; hive status says which AWS is asked',
    detail: { plan_id: id },
  });

export const unknownTicket = (id: string) =>
  refuse('TICKET_UNKNOWN', `there is no ticket ${echo(id)} in this ledger`, {
    try: 'hive tickets PLAN_ID lists the tickets of a plan',
    detail: { ticket_id: id },
  });

/** @param names the tasks there are */
export function unknownTask(id: string, names: readonly string[]) {
  const near = nearNames(id, names);
  const meant = near.length > 0 ? `; near it: ${near.map(plain).join(', ')}` : '';
  return refuse('TASK_UNKNOWN', `the plan has no task ${echo(id)}${meant}`, {
    try: 'hive plan graph FILE shows its tasks',
    detail: { task_id: id, near },
  });
}
