/** An agent that is to be killed: runs the scripts of its arguments one after another, each as a ticket's program. */
import { runCommand } from '../../agents/command/run-command.ts';
import { contextOf, ticketOf } from './tickets.ts';

const log = (line: string) => void process.stdout.write(`${line}\n`);
for (const script of process.argv.slice(2)) {
  await runCommand(ticketOf(), contextOf({ log }), { command: ['sh', '-c', script] });
}
