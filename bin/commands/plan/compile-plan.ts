/** `hive plan compile`: the machine of a plan and what it will cost. */
import { sha256 } from '../../../adapters/system/digest.ts';
import {
  type Compiled,
  checkLimits,
  compilePlan,
  renderAsl,
  SYMBOLIC_BINDINGS,
} from '../../../core/plan/compile/index.ts';
import { PLAN_SETTINGS } from '../../../core/plan/limits.ts';
import type { Run } from '../../support/command.ts';
import { tellError } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import type { Io } from '../../support/io.ts';
import { faultLine, readPlan } from '../../support/plan-file.ts';
import { cut, plain, toJson } from '../../support/text.ts';
import { findTimeFaults } from '../../support/time-faults.ts';

const WARNINGS_TOLD = PLAN_SETTINGS.max_faults_told;

export const compilePlanFile: Run<object> = async (io, [file = '-'], { json }) => {
  const { plan, faults } = await readPlan(file, io);
  const { yellow } = io.stderr.color;
  const warnings = [...faults, ...findTimeFaults(plan, io.now()).faults];
  for (const warning of warnings.slice(0, WARNINGS_TOLD))
    io.stderr.write(`${yellow('warning')} ${faultLine(warning)}\n`);
  if (warnings.length > WARNINGS_TOLD) io.stderr.write(`… and ${warnings.length - WARNINGS_TOLD} more\n`);

  const compiled = compilePlan(plan.tasks, { sha256 });
  const over = checkLimits(compiled.stats);
  if (json) {
    const { shape, tasks, gates, stats, ir } = compiled;
    const limit = over ? { limit_error: { code: over.code, message: over.message, detail: over.detail } } : {};
    const definition = renderAsl(ir, SYMBOLIC_BINDINGS);
    io.stdout.write(`${toJson({ shape, definition, tasks, gates, stats, ...limit })}\n`);
    return over ? EXIT.limit : EXIT.ok;
  }
  describe(plan.plan_id, compiled, io);
  return over ? tellError(over, io, false) : EXIT.ok;
};

const GATE_NAME = 40;
const short = (id: string): string => cut(plain(id.slice(0, 4 * GATE_NAME)), GATE_NAME);

function describe(planId: string, { shape, gates, stats }: Compiled, io: Io): void {
  const { bold } = io.stdout.color;
  const perTicket = (stats.transitions / stats.tickets).toFixed(3);
  const lines = [
    bold(plain(planId)),
    `shape        ${shape}`,
    `tickets      ${stats.tickets}`,
    `states       ${stats.states}`,
    `transitions  ${stats.transitions} (${perTicket} a ticket)`,
    `gates        ${stats.gated_edges}`,
    ...gates.slice(0, 20).map(({ before, after }) => `             ${short(before)} before ${short(after)}`),
    ...(gates.length > 20 ? [`             … and ${gates.length - 20} more (--json has all)`] : []),
    `definition   ${stats.bytes} bytes`,
    `history      ${stats.worst_history_events} events at worst`,
  ];
  io.stdout.write(`${lines.join('\n')}\n`);
}
