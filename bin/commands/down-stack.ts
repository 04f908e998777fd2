/** `hive down`: the local AWS and the note of what was deployed to it. */
import { runFolder } from '../../local/home.ts';
import { stopLocalAws } from '../../local/localstack.ts';
import { readState } from '../../local/run-state.ts';
import type { Run } from '../support/command.ts';
import { EXIT } from '../support/exit-codes.ts';
import { forgetStackRecord } from '../support/stack-record.ts';
import { toJson } from '../support/text.ts';

export const downCommand: Run<{ name?: string }> = async (io, _args, { name, json }) => {
  const ran = readState(runFolder(name)) !== undefined;
  await stopLocalAws(name === undefined ? {} : { name });
  forgetStackRecord(name);
  if (json) io.stdout.write(`${toJson({ stopped: ran })}\n`);
  else io.stdout.write(ran ? 'the local AWS is stopped\n' : 'no local AWS was running\n');
  return EXIT.ok;
};
