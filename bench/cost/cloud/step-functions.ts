/** Step Functions: machines as they were made, played by the executor of Amazon States Language that the tests use. */
import { ExecutionAlreadyExists, StateMachineDoesNotExist, TaskTimedOut } from '@aws-sdk/client-sfn';
import { type AslRun, startAsl } from '../../../test/support/asl-machine.ts';
import { TASK_TOKEN_CHARS, TRACES_SAMPLED } from '../assumptions.ts';
import type { Meter } from '../meter.ts';
import type { Answers } from './intercept.ts';

export interface MachineSays {
  /** a state sends a message to a queue: that request is the machine's own */
  send(input: Readonly<Record<string, unknown>>): void;
  invoke(functionName: string, payload: unknown): void;
}

export function createStepFunctions(meter: Meter, says: MachineSays) {
  const machines = new Map<string, unknown>();
  const executions = new Map<string, { run: AslRun; sent: number; invoked: number; transitions: number }>();

  /** Tokens are an execution's own; outside they carry its number, and have the length of real ones. */
  const tokenOf = (execution: string, token: string): string =>
    `${Buffer.from(execution).toString('hex')}.${token}.`.padEnd(TASK_TOKEN_CHARS, 'A');
  function find(taskToken: string) {
    const [hex = '', token = ''] = taskToken.split('.');
    const name = Buffer.from(hex, 'hex').toString();
    const execution = executions.get(name);
    // The answer itself is free.
    meter.charge({ request: 'task answered', price: 'step_functions_transition', units: 0 });
    if (execution === undefined || !execution.run.waiting.has(token))
      throw new TaskTimedOut({ $metadata: {}, message: 'nobody waits for this token' });
    return { name, token, ...execution };
  }

  /** What the machine does next, until it waits: paid by the machine, not by who woke it. */
  function follow(name: string): void {
    const execution = executions.get(name);
    if (execution === undefined) return;
    const { run } = execution;
    meter.by('plan machine', () => {
      const units = run.transitions - execution.transitions;
      execution.transitions = run.transitions;
      if (units > 0) meter.charge({ request: 'state entered', price: 'step_functions_transition', units, requests: 0 });
      for (const { token, parameters } of run.sent.slice(execution.sent)) {
        const body = { ...(parameters.MessageBody as object), task_token: tokenOf(name, token) };
        says.send({ ...parameters, MessageBody: JSON.stringify(body) });
      }
      execution.sent = run.sent.length;
      for (const { FunctionName, Payload } of run.invoked.slice(execution.invoked))
        says.invoke(String(FunctionName), Payload);
      execution.invoked = run.invoked.length;
    });
  }

  const answers: Answers = {
    CreateStateMachineCommand(input) {
      machines.set(String(input.name), JSON.parse(String(input.definition)));
      return {};
    },
    StartExecutionCommand(input) {
      const name = String(input.name);
      const definition = machines.get(String(input.stateMachineArn).split(':').at(-1) ?? '');
      if (definition === undefined) throw new StateMachineDoesNotExist({ $metadata: {}, message: 'no such machine' });
      if (executions.has(name)) throw new ExecutionAlreadyExists({ $metadata: {}, message: 'it was started before' });
      meter.by('plan machine', () => {
        meter.charge({ request: 'execution traced', price: 'xray_trace', units: TRACES_SAMPLED, requests: 0 });
        const run = startAsl(definition, JSON.parse(String(input.input)));
        executions.set(name, { run, sent: 0, invoked: 0, transitions: 0 });
      });
      follow(name);
      return { executionArn: `arn:aws:states:us-east-1:123456789012:execution:plan:${name}` };
    },
    DescribeExecutionCommand(input) {
      const name = String(input.executionArn).split(':').at(-1) ?? '';
      return { status: executions.get(name)?.run.status };
    },
    SendTaskSuccessCommand(input) {
      const { name, token, run } = find(String(input.taskToken));
      run.succeed(token);
      follow(name);
      return {};
    },
    SendTaskFailureCommand(input) {
      const { name, token, run } = find(String(input.taskToken));
      run.fail(token, String(input.error));
      follow(name);
      return {};
    },
    SendTaskHeartbeatCommand: () => ({}),
  };
  return { answers, runs: () => [...executions.values()].map(({ run }) => run) };
}
