/** Schemathesis in an environment of its own below the machine's cache: installed by whoever needs it first. */
import { join } from 'node:path';
import { installPythonTool } from '../support/python-tool.ts';

/** Complete and pinned: the same checks on every machine. */
const REQUIREMENTS = join(import.meta.dirname, 'requirements.lock');

/**
 * @returns the program, installed if it is not there: about ten seconds
 * @throws HiveError LOCAL_PREREQUISITE_MISSING, LOCAL_INSTALL_FAILED
 */
export const installSchemathesis = (): Promise<string> =>
  installPythonTool({ name: 'schemathesis', requirements: REQUIREMENTS, program: 'st' });
