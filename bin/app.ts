/** The CDK app: one stack a stage. `cdk deploy -c stage=prod`; `-c local=true` for a local AWS. */
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { addChecks } from '../lib/checks.ts';
import { NeuralHiveStack } from '../lib/neural-hive-stack.ts';
import { readPlanTemplates } from '../lib/plan-templates.ts';
import { stageFrom } from '../lib/stage.ts';

const app = new App();
addChecks(app);
new NeuralHiveStack(app, {
  stage: stageFrom(app.node, process.env),
  templates: readPlanTemplates(fileURLToPath(new URL('../statemachines/plans', import.meta.url))),
});
app.synth();
