/** Every command, in the order of `hive --help`. */
import type { Definition } from '../support/command.ts';
import { planCheck } from './plan/check.ts';
import { planCompile } from './plan/compile.ts';
import { planGraph } from './plan/graph.ts';
import { planImport } from './plan/import.ts';
import { submit } from './submit.ts';
import { watch } from './watch.ts';

interface Group {
  /** the word before the command: `hive plan check` */
  readonly parent?: string;
  readonly summary: string;
  readonly commands: readonly Definition[];
}

export const COMMANDS: readonly Group[] = [
  { summary: 'plans under way', commands: [submit, watch] },
  { parent: 'plan', summary: 'check, compile, draw and import plans', commands: [planCheck, planCompile, planGraph, planImport] },
];
