/** `hive plan import`: a recorded workflow as a plan. */
import { writeFile } from 'node:fs/promises';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import { importRecording } from '../../support/plan-file.ts';
import { fileReason, readDocument } from '../../support/read-document.ts';
import { echo, plain, toJson } from '../../support/text.ts';

interface Options {
  scale: number;
  planId?: string;
  output?: string;
}

export const importPlanFile: Run<Options> = async (io, [format = '', file = '-'], { scale, planId, output, json }) => {
  if (format !== 'wfformat') throw refuse('USAGE', `${echo(format)} is no format that is read: give wfformat`);
  const document = await readDocument(file, io);
  const plan = await importRecording(document, file, io, { scale, ...(planId === undefined ? {} : { planId }) });
  const text = `${toJson(plan, 2)}\n`;
  if (output === undefined) {
    io.stdout.write(text);
    return EXIT.ok;
  }
  try {
    await writeFile(output, text);
  } catch (error) {
    throw refuse('FILE_UNWRITABLE', `cannot write ${output}: ${fileReason(error, 'there is no such folder')}`, {
      detail: { file: output },
      cause: error,
    });
  }
  const { plan_id } = plan as { plan_id: string };
  if (json) io.stdout.write(`${toJson({ plan_id, file: output })}\n`);
  else io.stderr.write(`${plain(plan_id)} written to ${plain(output)}\n`);
  return EXIT.ok;
};
