/**
 * An executor of Amazon States Language, as far as plan machines use it: written from the specification
 * (https://states-language.net/spec.html, JSONPath) and knowing nothing of the compiler. Tasks that wait for a token
 * stay until `succeed` or `fail`; functions are invoked at once and recorded.
 */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type State = { [key: string]: Json };
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
  failed: (error: string) => void;
  alive: () => boolean;
}

export interface AslRun {
  /** Tasks waiting for their token, by token. */
  waiting: Map<string, Waiting>;
  /** The messages that tasks sent, in order. */
  sent: Waiting[];
  /** Parameters of the functions invoked, in order. */
  invoked: Record<string, Json>[];
  status: 'RUNNING' | 'SUCCEEDED' | 'FAILED';
  /** States entered. */
  transitions: number;
  /** History events, by the types that Step Functions records. */
  events: string[];
  succeed(token: string): void;
  fail(token: string, error: string): void;
}

export function startAsl(definition: unknown, input: Record<string, Json>): AslRun {
  let tokens = 0;
  const scopeOf = new Map<string, { scope: Scope; state: State }>();
  const run: AslRun = {
    waiting: new Map(),
    sent: [],
    invoked: [],
    status: 'RUNNING',
    transitions: 0,
    events: ['ExecutionStarted'],
    succeed(token) {
      const { scope, state } = take(token);
      run.events.push('TaskSucceeded', 'TaskStateExited');
      follow(scope, state);
    },
    fail(token, error) {
      const { scope } = take(token);
      run.events.push('TaskFailed');
      scope.failed(error);
    },
  };

  const take = (token: string) => {
    const held = scopeOf.get(token);
    if (!run.waiting.delete(token) || !held) throw new Error(`no task waits for ${token}`);
    scopeOf.delete(token);
    return held;
  };

  const follow = (scope: Scope, state: State): void => {
    if (typeof state['Next'] === 'string') enter(scope, state['Next']);
    else if (state['End'] === true) scope.ended();
    else throw new Error('a state needs Next or End');
  };

  const enter = (scope: Scope, name: string): void => {
    const state = scope.block.States[name];
    if (!state) throw new Error(`no state ${name}`);
    run.transitions++;
    if (state['Type'] === 'Task') enterTask(scope, name, state);
    else if (state['Type'] === 'Parallel') enterParallel(scope, state);
    else if (state['Type'] === 'Fail') {
      run.events.push('FailStateEntered');
      scope.failed(String(state['Error']));
    } else throw new Error(`state type ${state['Type']} is not known here`);
  };

  const enterTask = (scope: Scope, name: string, state: State): void => {
    const token = `token-${++tokens}`;
    const parameters = evaluate(state['Parameters'] ?? {}, input, token) as Record<string, Json>;
    run.events.push('TaskStateEntered', 'TaskScheduled', 'TaskStarted');
    if (String(state['Resource']).endsWith('.waitForTaskToken')) {
      if (state['ResultPath'] !== null) throw new Error('the result would replace the input');
      run.events.push('TaskSubmitted');
      const message = { token, state: name, parameters };
      run.sent.push(message);
      run.waiting.set(token, message);
      scopeOf.set(token, { scope, state });
      return;
    }
    run.invoked.push(parameters);
    run.events.push('TaskSucceeded', 'TaskStateExited');
    follow(scope, state);
  };

  const enterParallel = (scope: Scope, state: State): void => {
    const branches = state['Branches'] as unknown as Block[];
    let left = branches.length;
    let failed = false;
    run.events.push('ParallelStateEntered', 'ParallelStateStarted');
    const alive = (): boolean => !failed && scope.alive();
    const ended = (): void => {
      left--;
      if (left > 0 || !alive()) return;
      run.events.push('ParallelStateSucceeded', 'ParallelStateExited');
      follow(scope, state);
    };
    const onFailure = (error: string): void => {
      if (!alive()) return;
      failed = true;
      for (const [token, held] of [...scopeOf])
        if (!held.scope.alive()) {
          scopeOf.delete(token);
          run.waiting.delete(token);
          run.events.push('TaskStateAborted');
        }
      run.events.push('ParallelStateFailed');
      const [catcher] = (state['Catch'] ?? []) as State[];
      if (!catcher) scope.failed(error);
      else {
        run.events.push('ParallelStateExited');
        enter(scope, String(catcher['Next']));
      }
    };
    for (const block of branches) {
      const branch: Scope = { block, ended, failed: onFailure, alive };
      if (alive()) enter(branch, block.StartAt);
    }
  };

  const finish = (status: 'SUCCEEDED' | 'FAILED', event: string): void => {
    run.status = status;
    run.events.push(event);
  };
  const root: Scope = {
    block: definition as Block,
    ended: () => finish('SUCCEEDED', 'ExecutionSucceeded'),
    failed: () => finish('FAILED', 'ExecutionFailed'),
    alive: () => run.status === 'RUNNING',
  };
  enter(root, root.block.StartAt);
  return run;
}

/** Parameters: members whose name ends in `.$` are paths, all others literal. */
function evaluate(template: Json, input: Record<string, Json>, token: string): Json {
  if (Array.isArray(template)) return template.map((item) => evaluate(item, input, token));
  if (template === null || typeof template !== 'object') return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]): [string, Json] => {
      if (!key.endsWith('.$')) return [key, evaluate(value, input, token)];
      const name = key.slice(0, -2);
      if (value === '$$.Task.Token') return [name, token];
      if (value === '$$.Execution.Id') return [name, 'played:execution'];
      const path = /^\$\.(\w+)$/.exec(String(value));
      if (!path) throw new Error(`path ${String(value)} is not known here`);
      // Only a Catch sets `failure`; its content does not matter here.
      return [name, input[path[1] as string] ?? null];
    }),
  );
}
