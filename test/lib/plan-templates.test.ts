import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { templateMachineName } from '../../adapters/stepfunctions/machine-name.ts';
import { readPlanTemplates } from '../../lib/plan-templates.ts';
import { ofType, synthesise } from './synth.ts';
import { templateOf } from './templates.ts';

// biome-ignore lint/suspicious/noTemplateCurlyInString: the point is that nobody takes it for one
const HOSTILE = ['${X}', '${Token[AWS.Region.4]}', '${AWS::AccountId}', 'Ref', 'Fn::Sub', '__proto__'];

/** What Step Functions is given: the text with its references filled in. */
function definitionIn(template: ReturnType<typeof templateOf>) {
  const [[, machine] = []] = ofType(synthesise({ templates: [template] }), 'AWS::StepFunctions::StateMachine');
  const text = machine?.Properties.DefinitionString;
  const [separator, parts] = text['Fn::Join'] as [string, unknown[]];
  const filled = parts.map((part) => (typeof part === 'string' ? part : `<${JSON.stringify(part)}>`)).join(separator);
  return { machine, text, filled };
}

describe('The machine of a plan template', () => {
  const template = templateOf(['build', 'test']);
  const { machine, filled } = definitionIn(template);

  test('is called by the name under which accept-plan looks for it', () => {
    expect(machine?.Properties.StateMachineName).toBe(templateMachineName('hive-dev-plan-', template.shape));
  });

  test('has the role, the logging and the tracing of those made at run time', () => {
    expect(machine?.Properties).toMatchObject({
      StateMachineType: 'STANDARD',
      RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^PlanMachinesRole/), 'Arn'] },
      LoggingConfiguration: { Level: 'ERROR', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
  });

  test('enters tickets in the pool queue of its stack and ends with its complete-plan', () => {
    expect(filled.match(/"QueueUrl":"[^}]*"/g)).toHaveLength(2);
    expect(filled).toContain('"QueueUrl":"<{"Ref":"PoolQueue');
    expect(filled).toContain('"FunctionName":"hive-dev-complete-plan"');
    expect(filled).not.toContain('pool-queue-of-');
  });

  test('stays when its template goes: plans may be running on it', () => {
    expect(machine?.DeletionPolicy).toBe('RetainExceptOnCreate');
  });
});

describe('Words of a plan that look like references', () => {
  const { machine, text } = definitionIn(templateOf(HOSTILE));

  test('reach Step Functions as they are', () => {
    const url = 'https://sqs.example/pool';
    const parts = (text['Fn::Join'][1] as unknown[]).map((part) => (typeof part === 'string' ? part : url));
    const definition = JSON.parse(parts.join(text['Fn::Join'][0]));
    const found = JSON.stringify(definition);
    for (const word of HOSTILE) expect(found).toContain(`"task_id":${JSON.stringify(word)}`);
  });

  test('are seen neither by CloudFormation nor by the CDK', () => {
    expect(JSON.stringify(text)).not.toContain('${');
    const references = (text['Fn::Join'][1] as unknown[]).filter((part) => typeof part !== 'string');
    expect(new Set(references.map((part) => JSON.stringify(part))).size).toBe(1);
    expect(machine?.Properties).not.toHaveProperty('DefinitionSubstitutions');
  });
});

describe('Reading the templates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plans-'));
  afterAll(async () => (await import('node:fs/promises')).rm(folder, { recursive: true }));

  const plan = {
    plan_id: 'p-1',
    intent_id: 'i-1',
    tasks: [{ task_id: 'a', task_type: 'BUILD' }],
    risk_score: 0.1,
    risk_band: 'low',
    explainability_token: 't',
    reasoning_summary: 's',
    status: 'approved',
    created_at: 1,
    complexity_score: 0,
    original_domain: 'TECHNICAL',
    original_priority: 'NORMAL',
    original_security_level: 'INTERNAL',
  };
  writeFileSync(join(folder, 'first.json'), JSON.stringify(plan));
  writeFileSync(join(folder, 'second.json'), JSON.stringify({ ...plan, plan_id: 'p-2' }));
  writeFileSync(join(folder, 'README.md'), 'not a plan');

  test('takes every plan of the folder, and one machine for plans of the same shape', () => {
    expect(readPlanTemplates(folder).map(({ name }) => name)).toEqual(['first']);
  });

  test('names the file that is no plan', () => {
    const broken = join(folder, 'third.json');
    writeFileSync(broken, JSON.stringify({ ...plan, tasks: [] }));
    expect(() => readPlanTemplates(folder)).toThrow(/third\.json/);
  });
});
