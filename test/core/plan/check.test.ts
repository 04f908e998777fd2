import { describe, expect, it } from 'vitest';
import type { CognitivePlanInput } from '../../../core/messages/cognitive-plan.ts';
import { timeFaults } from '../../../core/plan/admission.ts';
import { checkPlan } from '../../../core/plan/check.ts';
import { asksForReissue, type FaultCode } from '../../../core/plan/faults.ts';
import { PLAN_SETTINGS } from '../../../core/plan/limits.ts';
import { dependent, NOW, parsedPlan, plan, task } from '../../support/plans.ts';

/** Faults as `CODE /path`. */
const told = (raw: unknown): string[] => checkPlan(raw).faults.map(({ code, path }) => `${code} ${path}`);
/** A plan with anything in it. */
const odd = (changes: Record<string, unknown>) => ({ ...plan(), ...changes });
const oddTask = (changes: Record<string, unknown>) => odd({ tasks: [{ ...task('a'), ...changes }] });
const without = (name: string) => {
  const { [name]: _, ...rest } = plan() as Record<string, unknown>;
  return rest;
};

/** Faults that `checkPlan` tells; those that need a clock or a ledger are told by `timeFaults` and accept-plan. */
const cases: [FaultCode, string, unknown][] = [
  ['PLAN_NOT_AN_OBJECT', '', null],
  ['PLAN_NOT_AN_OBJECT', '', 'a plan'],
  ['PLAN_NOT_AN_OBJECT', '', [plan()]],
  ['FIELD_MISSING', '/intent_id', without('intent_id')],
  ['FIELD_MISSING', '/tasks', without('tasks')],
  ['FIELD_MISSING', '/tasks/0/task_id', oddTask({ task_id: undefined })],
  ['FIELD_INVALID', '/plan_id', odd({ plan_id: '' })],
  ['FIELD_INVALID', '/plan_id', odd({ plan_id: 7 })],
  ['FIELD_INVALID', '/intent_id', odd({ intent_id: null })],
  ['FIELD_INVALID', '/risk_score', odd({ risk_score: 1.01 })],
  ['FIELD_INVALID', '/risk_score', odd({ risk_score: 5e-324 })],
  ['FIELD_INVALID', '/risk_band', odd({ risk_band: 'extreme' })],
  ['FIELD_INVALID', '/risk_factors/x', odd({ risk_factors: { x: 2 } })],
  ['FIELD_INVALID', '/complexity_score', odd({ complexity_score: 1e300 })],
  ['FIELD_INVALID', '/risk_matrix/BUSINESS', odd({ risk_matrix: { BUSINESS: -1e300 } })],
  ['FIELD_INVALID', '/trace_id', odd({ trace_id: 'F'.repeat(32) })],
  ['FIELD_INVALID', '/span_id', odd({ span_id: 'f' })],
  ['FIELD_INVALID', '/created_at', odd({ created_at: 1.5 })],
  ['FIELD_INVALID', '/original_domain', odd({ original_domain: 'technical' })],
  ['FIELD_INVALID', '/reasoning_summary', odd({ reasoning_summary: 'half \ud800' })],
  ['FIELD_INVALID', '/metadata/a~1b~0c', odd({ metadata: { 'a/b~c': 1 } })],
  ['FIELD_INVALID', '/tasks/0/parameters/', oddTask({ parameters: { '': 'nameless' } })],
  ['FIELD_INVALID', '/tasks/0/parameters/x', oddTask({ parameters: { x: { nested: true } } })],
  ['FIELD_INVALID', '/tasks/0/required_capabilities/0', oddTask({ required_capabilities: ['tab\there'] })],
  ['FIELD_INVALID', '/tasks/0/estimated_duration_ms', oddTask({ estimated_duration_ms: 0 })],
  ['SCHEMA_VERSION_UNKNOWN', '/schema_version', odd({ schema_version: 2 })],
  ['SCHEMA_VERSION_UNKNOWN', '/schema_version', odd({ schema_version: '1' })],
  ['SCHEMA_VERSION_UNKNOWN', '/schema_version', odd({ schema_version: null })],
  ['PLAN_VERSION_UNKNOWN', '/version', plan({ version: '2.0.0' })],
  ['PLAN_VERSION_UNKNOWN', '/version', plan({ version: 'latest' })],
  ['PLAN_VERSION_UNKNOWN', '/version', plan({ version: '1.0' })],
  ['PLAN_NOT_APPROVED', '/status', plan({ status: 'validated' })],
  ['PLAN_APPROVAL_REJECTED', '/approval_status', plan({ approval_status: 'rejected' })],
  ['PLAN_EMPTY', '/tasks', plan({ tasks: [] })],
  ['TASK_ID_DUPLICATE', '/tasks/2/task_id', plan({ tasks: [task('a'), task('b'), task('a')] })],
  ['TASK_DEPENDENCY_MISSING', '/tasks/1/dependencies/1', plan({ tasks: [task('a'), dependent('b', 'a', 'nobody')] })],
  ['TASK_DEPENDS_ON_ITSELF', '/tasks/1/dependencies/0', plan({ tasks: [task('a'), dependent('b', 'b')] })],
  ['PLAN_CYCLE', '/tasks/1/dependencies', plan({ tasks: [dependent('a', 'b'), dependent('b', 'a')] })],
  ['NAME_TOO_LONG', '/plan_id', plan({ plan_id: 'x'.repeat(10_000) })],
  ['NAME_TOO_LONG', '/correlation_id', plan({ correlation_id: 'x'.repeat(10_000) })],
  ['NAME_TOO_LONG', '/tasks/0/task_id', plan({ tasks: [task('x'.repeat(257))] })],
  ['NAME_HAS_CONTROL_CHARACTERS', '/tasks/0/task_id', plan({ tasks: [task('a\u0000b')] })],
  ['NAME_HAS_CONTROL_CHARACTERS', '/intent_id', plan({ intent_id: 'a\u2028b' })],
  ['NAME_HAS_CONTROL_CHARACTERS', '/tasks/0/task_type', plan({ tasks: [task('a', { task_type: 'a\nb' })] })],
  ['NAME_HAS_DIRECTION_MARKS', '/tasks/0/task_id', plan({ tasks: [task('evil\u202egnp.exe')] })],
  ['NAME_HAS_DIRECTION_MARKS', '/tenant_id', plan({ tenant_id: 'a\u2066b' })],
  ['NAME_NOT_UNICODE', '/tasks/0/task_id', plan({ tasks: [task('half \ud83d', { description: '' })] })],
  ['TEXT_TOO_LONG', '/tasks/0/description', plan({ tasks: [task('a', { description: 'x'.repeat(4097) })] })],
  ['TASK_TOO_LARGE', '/tasks/0', plan({ tasks: [task('a', { parameters: { x: '中'.repeat(22_000) } })] })],
  ['PLAN_TOO_LARGE', '', plan({ reasoning_summary: 'x'.repeat(129 * 1024) })],
  ['SECURITY_LEVEL_UNKNOWN', '/original_security_level', plan({ original_security_level: 'cosmic' })],
  [
    'ESTIMATE_OVER_CAP',
    '/tasks/0/estimated_duration_ms',
    plan({ tasks: [task('a', { estimated_duration_ms: 600_001 })] }),
  ],
];

describe('checkPlan', () => {
  it.each(cases)('tells %s at %j', (code, path, raw) => {
    expect(told(raw)).toEqual([`${code} ${path}`]);
  });

  it('lets a well-formed plan through without a fault, as the plan it is', () => {
    const { plan: read, faults } = checkPlan(plan());
    expect(faults).toEqual([]);
    expect(read?.tasks[0]).toMatchObject({ task_id: 'a', dependencies: [], metadata: {} });
    expect(read).toMatchObject({ customer_tier: 'silver', tenant_id: 'default', on_failure: 'compensate' });
  });

  it('tells every fault at once, of form, of the graph and of admission', () => {
    const raw = {
      ...odd({ intent_id: undefined, risk_band: 'extreme', status: 'draft', version: '3.1.4', schema_version: 9 }),
      plan_id: 'bad\u0007id',
      original_security_level: 'cosmic',
      tasks: [
        { ...task('a'), dependencies: ['b', 'gone', 'a'], description: 'x'.repeat(5000) },
        { ...dependent('b', 'a'), required_capabilities: ['in\nvalid'] },
        { ...task('a'), parameters: 'none' },
        null,
      ],
    };
    expect(told(raw).sort()).toEqual(
      [
        'FIELD_INVALID /risk_band',
        'FIELD_INVALID /tasks/1/required_capabilities/0',
        'FIELD_INVALID /tasks/2/parameters',
        'FIELD_INVALID /tasks/3',
        'FIELD_MISSING /intent_id',
        'NAME_HAS_CONTROL_CHARACTERS /plan_id',
        'PLAN_CYCLE /tasks/1/dependencies',
        'PLAN_NOT_APPROVED /status',
        'PLAN_VERSION_UNKNOWN /version',
        'SCHEMA_VERSION_UNKNOWN /schema_version',
        'SECURITY_LEVEL_UNKNOWN /original_security_level',
        'TASK_DEPENDENCY_MISSING /tasks/0/dependencies/1',
        'TASK_DEPENDS_ON_ITSELF /tasks/0/dependencies/2',
        'TASK_ID_DUPLICATE /tasks/2/task_id',
        'TEXT_TOO_LONG /tasks/0/description',
      ].sort(),
    );
  });

  it('names a cycle as a path in the direction of execution', () => {
    const tasks = [
      dependent('test', 'build'),
      dependent('build', 'lint'),
      dependent('lint', 'test'),
      dependent('end', 'lint'),
    ];
    const [fault] = checkPlan(plan({ tasks })).faults;
    const shown =
      fault?.message
        .split(': ')[1]
        ?.split(' → ')
        .map((id) => JSON.parse(id) as string) ?? [];
    expect(shown).toHaveLength(4);
    expect(shown[0]).toBe(shown.at(-1));
    for (const [index, id] of shown.slice(1).entries())
      expect(tasks.find(({ task_id }) => task_id === id)?.dependencies).toContain(shown[index]);
  });

  it('names one cycle for each knot, and shortens a long one', () => {
    const ring = (prefix: string, size: number) =>
      Array.from({ length: size }, (_, index) => dependent(`${prefix}${index}`, `${prefix}${(index + 1) % size}`));
    const { faults } = checkPlan(plan({ tasks: [...ring('x', 2), ...ring('y', 3), ...ring('z', 500)] }));
    expect(faults.map(({ code }) => code)).toEqual(['PLAN_CYCLE', 'PLAN_CYCLE', 'PLAN_CYCLE']);
    expect(faults[2]?.message).toMatch(/… 490 more/);
    expect(faults[2]?.message.length).toBeLessThan(300);
  });

  it('asks for a re-issue of another version even where nothing else of the plan can be read', () => {
    expect(asksForReissue(checkPlan({ version: '2.0.0', nodes: [] }).faults)).toBe(true);
    expect(asksForReissue(checkPlan({ schema_version: 2 }).faults)).toBe(true);
    expect(asksForReissue(checkPlan(plan({ status: 'draft' })).faults)).toBe(false);
  });

  it('reads plans as today’s producers send them: null for what is absent, fields of their own', () => {
    const producers = {
      ...plan(),
      original_intent_text: 'make it so',
      correlation_id: null,
      trace_id: null,
      span_id: null,
      valid_until: null,
      estimated_total_duration_ms: null,
      approval_status: null,
      approved_by: null,
      approved_at: null,
      risk_matrix: null,
      requires_approval: false,
      is_destructive: false,
      destructive_tasks: null,
      version: null,
      execution_order: null,
      risk_factors: null,
      metadata: null,
      customer_tier: null,
      tenant_id: null,
      on_failure: null,
      deadline: null,
      tasks: [
        {
          ...task('a'),
          dependencies: null,
          metadata: null,
          required_capabilities: null,
          estimated_duration_ms: null,
          unknown_field: { any: ['thing'] },
        },
      ],
    };
    const { plan: read, faults } = checkPlan(producers);
    expect(faults).toEqual([]);
    expect(read).not.toHaveProperty('original_intent_text');
    expect(read?.tasks[0]).not.toHaveProperty('unknown_field');
    expect(JSON.stringify(read)).not.toContain('null');
  });

  it.each(['c++', 'data processing', '测试', '🐝'])('takes %j for a capability', (name) => {
    expect(told(plan({ tasks: [task('a', { required_capabilities: [name] })] }))).toEqual([]);
  });

  it.each([
    '"quoted"',
    "it's",
    '$.plan_id',
    '$$.Task.Token',
    '{% $x %}',
    'ünïcödé',
    '🐝',
    'עברית',
    '-',
    ' ',
    '../..',
    '__proto__',
  ])('lets the name %j through: it is data like any other', (name) => {
    const tasks = [task(name), dependent('last', name)];
    expect(told(plan({ tasks, plan_id: name, intent_id: name, tenant_id: name, correlation_id: name }))).toEqual([]);
  });

  it('quotes hostile text so that it harms no terminal and no log', () => {
    const hostile = plan({ tasks: [task('\u001b[2J\u202e'), dependent('b', '\u001b]0;\u0007\u200b')] });
    for (const { message } of checkPlan(hostile).faults) expect(message).toMatch(/^[\x20-\x7e…→]*$/);
  });

  it('cuts a path that a hostile name would make endless', () => {
    const [fault] = checkPlan(odd({ metadata: { ['x'.repeat(100_000)]: 1 } })).faults;
    expect(fault?.path.length).toBeLessThan(200);
  });

  it('takes a plan of 10 000 tasks in a line, and tells one task or edge too many', () => {
    const line = (size: number) =>
      Array.from({ length: size }, (_, index) => dependent(`t${index}`, ...(index > 0 ? [`t${index - 1}`] : [])));
    expect(told(plan({ tasks: line(10_000) }))).toEqual([]);
    expect(told(plan({ tasks: line(10_001) }))).toEqual(['PLAN_TOO_MANY_TASKS /tasks']);
    const closed = [dependent('t0', 't9999'), ...line(10_000).slice(1)];
    expect(told(plan({ tasks: closed }))).toEqual(['PLAN_CYCLE /tasks/1/dependencies']);
    const dense = Array.from({ length: 320 }, (_, index) =>
      dependent(`t${index}`, ...Array.from({ length: index }, (_unused, other) => `t${other}`)),
    );
    expect(told(plan({ tasks: dense }))).toEqual(['PLAN_TOO_MANY_EDGES /tasks']);
  });

  it('allows in each band what 1.5 times the estimate leaves under its cap', () => {
    const most = { low: 600_000, medium: 1_200_000, high: 2_400_000, critical: 4_800_000 } as const;
    for (const [risk_band, estimate] of Object.entries(most) as [keyof typeof most, number][]) {
      const of = (estimated_duration_ms: number) => plan({ risk_band, tasks: [task('a', { estimated_duration_ms })] });
      expect(told(of(estimate))).toEqual([]);
      expect(told(of(estimate + 1))).toEqual(['ESTIMATE_OVER_CAP /tasks/0/estimated_duration_ms']);
    }
  });
});

describe('timeFaults', () => {
  const at = (changes: Partial<CognitivePlanInput>) =>
    timeFaults(parsedPlan(changes), NOW, PLAN_SETTINGS).map(({ code, path }) => `${code} ${path}`);
  const HOUR_MS = 3_600_000;

  it.each([
    [[], { valid_until: NOW + 1, deadline: NOW + 1 }],
    [['PLAN_EXPIRED /valid_until'], { valid_until: NOW }],
    [['PLAN_DEADLINE_PAST /deadline'], { deadline: NOW }],
    [['PLAN_DEADLINE_PAST /created_at'], { created_at: NOW - 4 * HOUR_MS }],
    [[], { created_at: NOW - 4 * HOUR_MS + 1 }],
    [[], { deadline: NOW + 7 * 24 * HOUR_MS }],
    [['PLAN_DEADLINE_TOO_FAR /deadline'], { deadline: NOW + 7 * 24 * HOUR_MS + 1 }],
    [['PLAN_DEADLINE_TOO_FAR /created_at'], { created_at: Number.MAX_SAFE_INTEGER }],
    [['PLAN_EXPIRED /valid_until', 'PLAN_DEADLINE_PAST /deadline'], { valid_until: 0, deadline: 0 }],
  ])('tells %j of %j', (faults, changes) => {
    expect(at(changes)).toEqual(faults);
  });
});
