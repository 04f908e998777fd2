/** The stack's template as a deploy would use it, without building the functions' code. */
import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { addChecks } from '../../lib/checks.ts';
import { NeuralHiveStack } from '../../lib/neural-hive-stack.ts';
import { stageFrom } from '../../lib/stage.ts';
import type { PlanTemplate } from '../../lib/template-machine.ts';

export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: a template's properties are as CloudFormation has them
  readonly Properties: any;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: readonly string[];
}

export interface Synthesised {
  readonly app: App;
  readonly stack: NeuralHiveStack;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs: Readonly<Record<string, { Value: unknown }>>;
}

export interface SynthOptions {
  readonly target?: 'aws' | 'local';
  readonly stage?: string;
  readonly templates?: readonly PlanTemplate[];
  readonly checks?: boolean;
  readonly context?: Readonly<Record<string, string>>;
}

const FLAGS = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8')).context;

export function synthesise(options: SynthOptions = {}): Synthesised {
  const { target = 'aws', stage = 'dev', templates = [], checks = false, context: more } = options;
  const context = { ...FLAGS, stage, local: String(target === 'local'), 'aws:cdk:bundling-stacks': [], ...more };
  const app = new App({ context, analyticsReporting: false });
  if (checks) addChecks(app);
  const stack = new NeuralHiveStack(app, { stage: stageFrom(app.node, {}), templates });
  const { Resources, Outputs } = app.synth().getStackByName(stack.stackName).template;
  return { app, stack, resources: Resources, outputs: Outputs };
}

export const ofType = ({ resources }: Pick<Synthesised, 'resources'>, type: string): [string, Resource][] =>
  Object.entries(resources).filter(([, resource]) => resource.Type === type);

/** The function deployed as `hive-<stage>-<name>`. */
export function functionNamed(synthesised: Synthesised, name: string): Resource {
  const found = ofType(synthesised, 'AWS::Lambda::Function').find(([, { Properties }]) =>
    Properties.FunctionName.endsWith(`-dev-${name}`),
  );
  if (!found) throw new Error(`no function ${name} in the template`);
  return found[1];
}
