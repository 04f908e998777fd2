/** `hive plan graph`: a plan as a picture. */
import { sha256 } from '../../../adapters/system/digest.ts';
import { compilePlan } from '../../../core/plan/compile/index.ts';
import { renderDot } from '../../../core/plan/render/dot.ts';
import { renderMermaid } from '../../../core/plan/render/mermaid.ts';
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { readPlan } from '../../support/plan-file.ts';
import { toJson } from '../../support/text.ts';

export const graphPlanFile: Run<{ format: 'mermaid' | 'dot'; reduced?: true }> = async (io, [file = '-'], options) => {
  const { plan } = await readPlan(file, io);
  const { gates } = compilePlan(plan.tasks, { sha256 });
  const render = options.format === 'dot' ? renderDot : renderMermaid;
  const graph = render(plan.tasks, { gates, reduced: options.reduced === true });
  const { format } = options;
  io.stdout.write(options.json ? `${toJson({ plan_id: plan.plan_id, format, graph })}\n` : graph);
  return EXIT.ok;
};
