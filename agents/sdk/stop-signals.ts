/** Ends an agent on SIGTERM or SIGINT: the first lets running tickets finish, a second one aborts them. */
import type { Agent } from './agent.ts';

export function stopOnSignals(agent: Agent, signals: NodeJS.Signals[] = ['SIGTERM', 'SIGINT']): void {
  // What goes wrong is for `done` to say.
  const onSignal = () => void agent.stop().catch(() => {});
  for (const signal of signals) process.on(signal, onSignal);
  const forget = () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  agent.done.then(forget, forget);
}
