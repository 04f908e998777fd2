/** Ends the programs of an agent that can no longer do so itself, because it was killed or it crashed. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * Reads the process groups to watch (`+ id`) and to forget (`- id`). When its input ends, the agent is gone: whatever is
 * still watched is told to end, and killed 5 s later, well before the tickets' leases run out and others begin them.
 */
const SCRIPT = `
watched=
while read -r sign group; do
  left=
  for other in $watched; do [ "$other" = "$group" ] || left="$left $other"; done
  watched=$left
  [ "$sign" = + ] && watched="$watched $group"
done
[ -n "$watched" ] || exit 0
for group in $watched; do kill -s TERM -- "-$group" 2>/dev/null; done
sleep 5
for group in $watched; do kill -s KILL -- "-$group" 2>/dev/null; done
`;

/** One for all programs of the process; in a session of its own, so that what ends the agent's group leaves it alone. */
let guard: ChildProcess | undefined;

/**
 * The process group goes when this process does, whatever way that is; the answer forgets it. A system without `sh` has no
 * such guard: there, programs outlive an agent that was killed.
 */
export function watchOver(group: number): () => void {
  tell(`+ ${group}`);
  return () => tell(`- ${group}`);
}

function tell(line: string): void {
  guard ??= start();
  guard.stdin?.write(`${line}\n`);
}

function start(): ChildProcess {
  const child = spawn('sh', ['-c', SCRIPT], {
    cwd: '/',
    env: { PATH: process.env.PATH },
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = () => {
    if (guard === child) guard = undefined;
  };
  child.once('error', gone).once('exit', gone);
  child.stdin.on('error', gone);
  // It lives for as long as the agent does, and must not keep it alive.
  child.unref();
  (child.stdin as unknown as Socket).unref();
  return child;
}
