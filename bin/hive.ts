/** The process around the command line: real streams in, an exit status out. */
import { runHive } from './program.ts';
import { EXIT } from './support/exit-codes.ts';
import { processIo } from './support/io.ts';

// Whoever reads us has gone (`hive tickets … | head`): nothing is left to say.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.pipe);
    throw error;
  });

process.exitCode = await runHive(process.argv.slice(2), processIo());
// Idle connections must not keep a finished command waiting; what was written goes out first.
process.stdout.write('', (error) => {
  if (error) process.exit(EXIT.pipe);
  process.stderr.write('', () => process.exit());
});
