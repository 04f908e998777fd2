/** `hive inbox list`. */
import type { AgentInbox } from '../../../core/messages/agent-api.ts';
import type { Run } from '../../support/command.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { pause } from '../../support/follow-plan.ts';
import { connectInbox } from '../../support/inbox-client.ts';
import type { InboxOptions } from '../../support/inbox-options.ts';
import { inboxLines, inboxSign } from '../../support/inbox-view.ts';
import type { Io } from '../../support/io.ts';
import { createLiveScreen } from '../../support/live-screen.ts';
import { toJson } from '../../support/text.ts';

interface Options extends InboxOptions {
  readonly watch?: true;
}

/** Reminders are minutes apart: often enough for a clock that people look at. */
const EVERY_MS = 2000;

export const showInbox: Run<Options> = async (io, _args, options) => {
  const inbox = await connectInbox(options, io);
  const first = await inbox.read();
  if (options.watch) return watch(first, inbox.read, options.json === true, io);
  io.stdout.write(textOf(first, options.json === true, io));
  return EXIT.ok;
};

const linesOf = (inbox: AgentInbox, { color, columns }: Io['stdout']): string[] =>
  inboxLines(inbox, { color, columns });

const textOf = (inbox: AgentInbox, json: boolean, io: Io): string =>
  `${json ? toJson(inbox) : linesOf(inbox, io.stdout).join('\n')}\n`;

/** Until Ctrl-C, which is how it is meant to end. */
async function watch(first: AgentInbox, read: () => Promise<AgentInbox>, json: boolean, io: Io): Promise<number> {
  const signal = io.interrupt();
  const screen = io.stdout.isTTY && !json ? createLiveScreen(io.stdout) : undefined;
  let told: string | undefined;
  try {
    for (let inbox = first; ; inbox = await read()) {
      if (screen !== undefined) screen.draw(linesOf(inbox, io.stdout).slice(0, io.stdout.rows - 1));
      else if (told !== inboxSign(inbox)) io.stdout.write(textOf(inbox, json, io));
      told = inboxSign(inbox);
      await pause(EVERY_MS, signal);
    }
  } catch (error) {
    if (signal.aborted) return EXIT.ok;
    throw error;
  } finally {
    screen?.end();
  }
}
