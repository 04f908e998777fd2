import { defineCommand } from '../../support/command.ts';
import { targetOptions } from '../../support/target.ts';

export const auditExport = defineCommand({
  usage: 'export <folder>',
  summary: 'take out events and signed heads, to be verified elsewhere',
  about:
    'The folder, which must be new or empty, gets heads.ndjson, events.ndjson, keys.json and manifest.json. Without --plan it is everything that the log names; with --plan one plan with its tickets and incidents, and proofs (RFC 9162) in place of everybody else’s entries. It reads the table, the log’s bucket and the public key, and changes nothing.',
  examples: ['hive audit export audit-2026-06', 'hive audit export release --plan release-train-1'],
  options: (command) => targetOptions(command).option('--plan <plan-id>', 'this plan alone'),
  run: async () => (await import('./export-log.ts')).exportLog,
});
