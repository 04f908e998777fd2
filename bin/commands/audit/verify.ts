import { defineCommand } from '../../support/command.ts';

export const auditVerify = defineCommand({
  usage: 'verify <folder>',
  summary: 'verify an export, offline: signatures, heads, chains, proofs',
  about:
    'Every head is signed and follows on the one before; every event is as it was logged, none is dropped, moved or written anew. What does not add up is located, and it exits with 8. The keys of the export are believed unless --key names one that you have from elsewhere: then heads must be signed by that.',
  examples: [
    'hive audit verify audit-2026-06',
    'hive audit verify release --key hive-prod-audit.pem',
    'hive audit verify release --json | jq .faults',
  ],
  options: (command) => command.option('--key <file>', 'public key (PEM) that heads must be signed by'),
  run: async () => (await import('./verify-export.ts')).verifyFolder,
});
