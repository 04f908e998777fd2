/** The length of a definition without rendering it: a definition of 10 000 states is 4 MB. */
import { parallel, renderAsl, SYMBOLIC_BINDINGS, ticket } from './asl.ts';
import type { IrState, MachineIr } from './ir.ts';

const length = (value: unknown): number => utf8Length(JSON.stringify(value));
const EMPTY_TICKET = length(ticket({ kind: 'ticket', name: '', task_id: '', pool: '' }, SYMBOLIC_BINDINGS));
const EMPTY_PARALLEL = length(parallel([], SYMBOLIC_BINDINGS));
const EMPTY_MACHINE = length(renderAsl({ format: 1, branches: [] }, SYMBOLIC_BINDINGS));
const BRANCH = length({ StartAt: '', States: {} }) - length('');

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
  return PLAIN.test(text) ? text.length + 2 : utf8Length(JSON.stringify(text));
}

const PLAIN = /^[ !#-[\]-~]*$/;

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A surrogate pair is two units and four bytes; JSON.stringify escapes lone surrogates.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return bytes;
}
