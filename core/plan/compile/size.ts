/** The length of a definition without rendering it: a definition of 10 000 states is 4 MB. */
import { jsonBytes } from '../../json-bytes.ts';
import { parallel, renderAsl, SYMBOLIC_BINDINGS, ticket } from './asl.ts';
import type { IrState, MachineIr } from './ir.ts';

const EMPTY_TICKET = jsonBytes(ticket({ kind: 'ticket', name: '', task_id: '', pool: '' }, SYMBOLIC_BINDINGS));
const EMPTY_PARALLEL = jsonBytes(parallel([], SYMBOLIC_BINDINGS));
const EMPTY_MACHINE = jsonBytes(renderAsl({ format: 1, branches: [] }, SYMBOLIC_BINDINGS));
const BRANCH = jsonBytes({ StartAt: '', States: {} }) - jsonBytes('');

/** UTF-8 bytes of the definition as compact JSON with the symbolic bindings. */
export function definitionBytes(ir: MachineIr): number {
  return EMPTY_MACHINE + branchesBytes(ir.branches);
}

function branchesBytes(branches: readonly IrState[][]): number {
  let bytes = branches.length - 1;
  for (const branch of branches) {
    bytes += BRANCH + (branch.length - 1);
    for (const [i, state] of branch.entries()) {
      const name = quotedLength(state.name);
      // StartAt, or Next in the state before; and the key with its colon. The last state has `,"End":true`.
      bytes +=
        name + name + 1 + (i === 0 ? 0 : ',"Next":'.length) + (i === branch.length - 1 ? ',"End":true'.length : 0);
      if (state.kind === 'fork') bytes += EMPTY_PARALLEL + branchesBytes(state.branches);
      else bytes += EMPTY_TICKET - 4 + quotedLength(state.task_id) + quotedLength(state.pool);
    }
  }
  return bytes;
}

function quotedLength(text: string): number {
  return PLAIN.test(text) ? text.length + 2 : jsonBytes(text);
}

const PLAIN = /^[ !#-[\]-~]*$/;
