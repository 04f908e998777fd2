/** A process that dies at its Nth call of a port, before or after the call took effect. */
import type { Wrap } from './hive.ts';

export class Crash extends Error {
  override readonly name = 'Crash';
}

export function crashAt(at: number, when: 'before' | 'after') {
  let calls = 0;
  let dead = false;
  let counting = false;
  const die = () => {
    dead = true;
    throw new Crash(`died ${when} call ${at}`);
  };
  const wrap: Wrap = (port) =>
    new Proxy(port, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          // A dead process calls nothing more, whatever else it had under way.
          if (dead) throw new Crash('dead');
          const mine = counting ? ++calls : undefined;
          if (mine === at && when === 'before') die();
          try {
            return (await member.apply(target, args)) as unknown;
          } finally {
            if (mine === at && when === 'after') die();
          }
        };
      },
    });
  return {
    wrap,
    /** Calls count from here on. */
    arm() {
      counting = true;
    },
    calls: () => calls,
    died: () => dead,
    /** A new process. */
    revive() {
      dead = false;
    },
  };
}
