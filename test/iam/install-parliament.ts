/** parliament, a linter of IAM policies, in an environment of its own below the machine's cache. */
import { join } from 'node:path';
import { installPythonTool } from '../support/python-tool.ts';

/** Complete and pinned: the same checks on every machine. */
const REQUIREMENTS = join(import.meta.dirname, 'requirements.lock');

/** @throws HiveError LOCAL_PREREQUISITE_MISSING, LOCAL_INSTALL_FAILED */
export const installParliament = (): Promise<string> =>
  installPythonTool({ name: 'parliament', requirements: REQUIREMENTS, program: 'parliament' });
