/**
 * An executor of Amazon States Language, as far as plan machines use it: written from the specification
 * (https://states-language.net/spec.html, JSONPath) and knowing nothing of the compiler. Tasks that wait for a token
 * stay until `succeed` or `fail`. Time does not pass: what is retried is retried at once, and nothing times out.
 */
import { errorsOf, evaluate, type Json, type Members, matching, pathIn, withResult } from './asl-data.ts';

type State = Members;
interface Block {
  StartAt: string;
  States: Record<string, State>;
}

export interface Waiting {
  token: string;
  state: string;
  parameters: Record<string, Json>;
}

/** One running Parallel branch (or the machine itself): where to go when it ends. */
interface Scope {
  block: Block;
  ended: () => void;
  failed: (failure: Failure) => void;
  alive: () => boolean;
}

/** A state that was entered and is not left yet. */
interface Entry {
  scope: Scope;
  state: State;
  name: string;
  data: Members;
  /** tries so far, by the position of the retrier that allowed them */
  retried: Map<number, number>;
}

export interface Failure {
  error: string;
  cause: string;
}

export interface AslOptions {
  /**
   * What a function answers; undefined: nothing yet, `answer` or `reject` are called later. Default: that the plan has
   * failed, at once.
   */
  invoke?: (parameters: Record<string, Json>, index: number) => Json | undefined;
  /** `$$.Execution.Id` */
  execution?: string;
}

export interface AslRun {
  /** Tasks waiting for their token, by token. */
  waiting: Map<string, Waiting>;
  /** The messages that tasks sent, in order. */
  sent: Waiting[];
  /** Parameters of the functions invoked, in order; each time that it is called again is another. */
  invoked: Record<string, Json>[];
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  /** Why it failed. */
  failure?: Failure;
  /** States entered. */
  transitions: number;
  /** History events, by the types that Step Functions records. */
  events: string[];
  succeed(token: string): void;
  fail(token: string, error: string): void;
  /** The function answers its call, the one at this position of `invoked`; a second answer changes nothing. */
  answer(index: number, payload: Json): void;
  /** The same, with an error. */
  reject(index: number, error: string): void;
  /** As by hand in the console. */
  stop(): void;
}

const waitsForToken = (state: State): boolean => String(state['Resource']).endsWith('.waitForTaskToken');
const isFunction = (state: State): boolean => String(state['Resource']).includes(':lambda:');

export function startAsl(definition: unknown, input: Record<string, Json>, options: AslOptions = {}): AslRun {
  const { invoke = () => ({ phase: 'failed' }), execution = 'played:execution' } = options;
  let tokens = 0;
  const entryOf = new Map<string, Entry>();
  /** calls that are not answered, by their position */
  const calls = new Map<number, { entry: Entry; token: string }>();

  const run: AslRun = {
    waiting: new Map(),
    sent: [],
    invoked: [],
    status: 'RUNNING',
    transitions: 0,
    events: ['ExecutionStarted'],
    succeed(token) {
      const entry = take(token);
      run.events.push('TaskSucceeded', 'TaskStateExited');
      follow(entry, withResult(entry.state, entry.data, {}));
    },
    fail(token, error) {
      const entry = take(token);
      run.events.push('TaskFailed');
      failed(entry, { error, cause: `${entry.name} failed` });
    },
    answer(index, payload) {
      const call = calls.get(index);
      if (!calls.delete(index) || !call?.entry.scope.alive()) return;
      const { state, data } = call.entry;
      if (waitsForToken(state)) run.events.push('TaskSubmitted');
      else {
        run.events.push('TaskSucceeded', 'TaskStateExited');
        follow(call.entry, withResult(state, data, { Payload: payload, StatusCode: 200 }));
      }
    },
    reject(index, error) {
      const call = calls.get(index);
      if (!calls.delete(index) || !call?.entry.scope.alive()) return;
      const submits = waitsForToken(call.entry.state);
      run.events.push(submits ? 'TaskSubmitFailed' : 'TaskFailed');
      // It was answered by its token, though whoever was called failed in the end.
      if (submits && !entryOf.has(call.token)) return;
      forget(call.token);
      failed(call.entry, { error, cause: `${call.entry.name} could not be called` });
    },
    stop() {
      if (run.status === 'RUNNING') finish('ABORTED', 'ExecutionAborted');
    },
  };

  function take(token: string): Entry {
    const entry = entryOf.get(token);
    if (!run.waiting.has(token) || !entry) throw new Error(`no task waits for ${token}`);
    forget(token);
    return entry;
  }

  function forget(token: string): void {
    run.waiting.delete(token);
    entryOf.delete(token);
  }

  function follow({ scope, state }: Entry, data: Members): void {
    if (typeof state['Next'] === 'string') enter(scope, state['Next'], data);
    else if (state['End'] === true) scope.ended();
    else throw new Error('a state needs Next or End');
  }

  function failed(entry: Entry, failure: Failure): void {
    const { scope, state, data, retried } = entry;
    const at = matching(state['Retry'], failure.error);
    const tries = retried.get(at) ?? 0;
    const retrier = at < 0 ? undefined : (state['Retry'] as Members[])[at];
    if (retrier && tries < Number(retrier['MaxAttempts'] ?? 3)) {
      retried.set(at, tries + 1);
      run.transitions++;
      runTask(entry);
      return;
    }
    const catcher = (state['Catch'] as Members[] | undefined)?.[matching(state['Catch'], failure.error)];
    if (!catcher) {
      scope.failed(failure);
      return;
    }
    run.events.push(state['Type'] === 'Parallel' ? 'ParallelStateExited' : 'TaskStateExited');
    enter(scope, String(catcher['Next']), withResult(catcher, data, errorsOf(failure)));
  }

  function enter(scope: Scope, name: string, data: Members): void {
    const state = scope.block.States[name];
    if (!state) throw new Error(`no state ${name}`);
    run.transitions++;
    const entry: Entry = { scope, state, name, data, retried: new Map() };
    switch (state['Type']) {
      case 'Task':
        run.events.push('TaskStateEntered');
        runTask(entry);
        break;
      case 'Parallel':
        enterParallel(entry);
        break;
      case 'Choice': {
        run.events.push('ChoiceStateEntered', 'ChoiceStateExited');
        const choices = state['Choices'] as Members[];
        const chosen = choices.find((choice) => pathIn(data, String(choice['Variable'])) === choice['StringEquals']);
        enter(scope, String(chosen?.['Next'] ?? state['Default']), data);
        break;
      }
      case 'Fail':
        run.events.push('FailStateEntered');
        scope.failed({ error: String(state['Error']), cause: '' });
        break;
      default:
        throw new Error(`state type ${state['Type']} is not known here`);
    }
  }

  function runTask(entry: Entry): void {
    const { state, data, name } = entry;
    const token = `token-${++tokens}`;
    const context = { '$$.Task.Token': token, '$$.Execution.Id': execution };
    const parameters = evaluate(state['Parameters'] ?? {}, data, context) as Record<string, Json>;
    run.events.push('TaskScheduled', 'TaskStarted');
    if (waitsForToken(state)) {
      if (state['ResultPath'] !== null) throw new Error('the result would replace the input');
      const message = { token, state: name, parameters };
      run.waiting.set(token, message);
      entryOf.set(token, entry);
      if (!isFunction(state)) {
        run.events.push('TaskSubmitted');
        run.sent.push(message);
        return;
      }
    }
    const index = run.invoked.push(parameters) - 1;
    calls.set(index, { entry, token });
    const payload = invoke(parameters, index);
    if (payload !== undefined) run.answer(index, payload);
  }

  function enterParallel(entry: Entry): void {
    const { scope, state, data } = entry;
    const branches = state['Branches'] as unknown as Block[];
    let left = branches.length;
    let over = false;
    run.events.push('ParallelStateEntered', 'ParallelStateStarted');
    const alive = (): boolean => !over && scope.alive();
    const ended = (): void => {
      left--;
      if (left > 0 || !alive()) return;
      run.events.push('ParallelStateSucceeded', 'ParallelStateExited');
      follow(entry, withResult(state, data, []));
    };
    const onFailure = (failure: Failure): void => {
      if (!alive()) return;
      over = true;
      abortTheDead();
      run.events.push('ParallelStateFailed');
      failed(entry, failure);
    };
    for (const block of branches) {
      const branch: Scope = { block, ended, failed: onFailure, alive };
      if (alive()) enter(branch, block.StartAt, data);
    }
  }

  function abortTheDead(): void {
    for (const [token, { scope }] of [...entryOf])
      if (!scope.alive()) {
        forget(token);
        run.events.push('TaskStateAborted');
      }
  }

  function finish(status: Exclude<AslRun['status'], 'RUNNING'>, event: string): void {
    run.status = status;
    abortTheDead();
    run.events.push(event);
  }
  const root: Scope = {
    block: definition as Block,
    ended: () => finish('SUCCEEDED', 'ExecutionSucceeded'),
    failed: (failure) => {
      run.failure = failure;
      finish('FAILED', 'ExecutionFailed');
    },
    alive: () => run.status === 'RUNNING',
  };
  enter(root, root.block.StartAt, input);
  return run;
}
