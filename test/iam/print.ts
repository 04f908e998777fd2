/** The findings as a person reads them: a line a role, then what is wrong, then what is explained. */
import type { Findings } from './compare.ts';
import type { LintFinding } from './lint-policies.ts';

export interface Report {
  readonly calls: number;
  readonly findings: Findings;
  readonly lint: readonly LintFinding[];
  /** whether the tests that were to be recorded passed */
  readonly ran: boolean;
}

const COLUMNS = ['grants', 'used', 'explained', 'unused', 'missing', 'wildcards'] as const;

export function linesOf({ calls, findings, lint, ran }: Report): string[] {
  const { roles, strangers } = findings;
  const width = Math.max(...roles.map(({ role }) => role.length), 4);
  const row = (name: string, cells: readonly (string | number)[]): string =>
    `${name.padEnd(width)}${cells.map((cell) => String(cell).padStart(11)).join('')}`;
  const table = roles.map((found) =>
    row(
      found.role,
      COLUMNS.map((column) => {
        const value = found[column];
        return typeof value === 'number' ? value : value.length;
      }),
    ),
  );
  const wrong = [
    ...(ran ? [] : ['the system tests failed: what they did not come to is told as unused']),
    ...strangers.map((arn) => `${arn} made calls and is no role of the template`),
    ...roles.flatMap(({ role, missing, unused, wildcards }) => [
      ...missing.map(({ action, resource = 'any' }) => `${role}: ${action} on ${resource} is called, and not allowed`),
      ...unused.map(({ action, resource }) => `${role}: ${action} on ${resource} is allowed, and never called`),
      ...wildcards.map(({ action, resource }) => `${role}: ${action} on ${resource} has a wildcard without a reason`),
    ]),
    ...lint.flatMap(({ policy, issue, detail, because }) =>
      because === undefined ? [`${policy}: parliament: ${issue} ${detail}`] : [],
    ),
  ];
  const reasons = new Map<string, number>();
  for (const { because } of [...roles.flatMap(({ explained }) => explained), ...lint])
    if (because !== undefined) reasons.set(because, (reasons.get(because) ?? 0) + 1);
  return [
    row('role', COLUMNS),
    ...table,
    '',
    ...[...reasons].map(([because, times]) => `explained ${times} times: ${because}`),
    '',
    ...wrong.map((line) => `✗ ${line}`),
    `${calls} different calls by ${roles.length} roles, ${wrong.length} findings`,
  ];
}
