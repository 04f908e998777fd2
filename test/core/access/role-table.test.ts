/** The table of roles in docs/access.md says what the policies say: what is looked at, and every action that each role may. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ROLES } from '../../../core/access/caller.ts';
import { ACCESS } from '../../../core/access/settings.ts';
import { ACTIONS, type Action } from '../../../core/policy/access.ts';
import { type PolicyCase, runCases } from '../../../core/policy/cases.ts';
import { defaultEngine } from '../../support/policies.ts';

type Who = PolicyCase['who'];
type To = PolicyCase['to'];

const [looks, acts] = [
  ACTIONS.filter((action) => action.startsWith('View')),
  ACTIONS.filter((action) => !action.startsWith('View')),
];
const GLASS = 'broken glass';

const rows = new Map(
  readFileSync('docs/access.md', 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => cells.length === 5 && [...ROLES, GLASS].includes(cells[1] ?? ''))
    .map(([, name = '', sees = '', may = '']) => [name, { sees, may }] as const),
);
const named = (text: string): string[] => [...text.matchAll(/`(\w+)`/g)].map(([, action = '']) => action);

const whoIs = (name: string): Who => {
  if (name === 'agent') return { agent: 'worker', with: {} };
  const roles = name === GLASS ? [...ACCESS.break_glass_roles] : [name as (typeof ROLES)[number]];
  return { user: 'ada', roles, tenants: ['*'], break_glass: name === GLASS };
};
/** On what others wrote, and an agent on its own. */
const on = (author: string): To[] => [
  ...(['hive', { plan: { author } }, { ticket: { author, holder: 'worker' } }, { asset: {} }] as const),
  { agent: 'worker', with: {} },
];
const may = (who: Who, does: Action, to: readonly To[] = on('grace')): boolean =>
  runCases(
    to.map((of) => ({ says: 'x', who, does, to: of, context: {}, expect: 'allow' as const })),
    defaultEngine(),
  ).some(({ passed }) => passed);

describe('the table of roles', () => {
  it('has a row for each role, and one for broken glass', () => {
    expect([...rows.keys()].sort()).toEqual([...ROLES, GLASS].sort());
  });

  it.each([...rows])('says of %s what it may, and nothing else', (name, row) => {
    const expected = name === GLASS ? [...named(row.may.split('; not ')[0] ?? ''), ...ofRoles()] : named(row.may);
    const allowed = acts.filter((action) => may(whoIs(name), action));
    expect(allowed).toEqual(acts.filter((action) => expected.includes(action)));
    expect(named(row.may).filter((action) => !(ACTIONS as readonly string[]).includes(action))).toEqual([]);
  });

  it.each([...rows])('says of %s what it looks at', (name, { sees }) => {
    const seen = looks.filter((action) => may(whoIs(name), action));
    const own = looks.filter((action) => may(whoIs(name), action, on('ada')));
    const all = sees === 'everything';
    expect(seen).toEqual(all ? looks : []);
    expect(own).toEqual(all ? looks : name === 'producer' ? ['ViewPlan', 'ViewTicket'] : []);
  });
});

/** Of the roles that broken glass adds: but for breaking it. */
function ofRoles(): string[] {
  const all = ACCESS.break_glass_roles.flatMap((role) => named(rows.get(role)?.may ?? ''));
  return all.filter((action) => action !== 'BreakGlass');
}
