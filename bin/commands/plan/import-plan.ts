/** `hive plan import`: a recorded workflow as a plan. */
import { writeFile } from 'node:fs/promises';
import type { Run } from '../../support/command.ts';
import { refuse } from '../../support/errors.ts';
import { EXIT } from '../../support/exit-codes.ts';
import type { Io } from '../../support/io.ts';
import { importGraph, importRecording } from '../../support/plan-file.ts';
import { fileReason, readDocument, readText } from '../../support/read-document.ts';
import { echo, plain, toJson } from '../../support/text.ts';

interface Options {
  scale: number;
  planId?: string;
  output?: string;
}

async function read(format: string, file: string, io: Io, given: { scale: number; planId?: string }): Promise<unknown> {
  if (format === 'wfformat') return importRecording(await readDocument(file, io), file, io, given);
  if (format === 'stg') return importGraph(await readText(file, io), file, io, given);
  throw refuse('USAGE', `${echo(format)} is no format that is read: give wfformat or stg`);
}

export const importPlanFile: Run<Options> = async (io, [format = '', file = '-'], { scale, planId, output, json }) => {
  const given = { scale, ...(planId === undefined ? {} : { planId }) };
  const plan = await read(format, file, io, given);
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
