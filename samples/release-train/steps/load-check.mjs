/** Puts load on what was deployed and counts errors. */
import { withService } from '../programs.mjs';
import { at, output, parameter, readJson, StepError, writeJson } from '../support.mjs';

const AT_ONCE = 8;

export default async function loadCheck() {
  const { version, release } = await readJson(at.deployment);
  const requests = Number(parameter('requests'));
  const times = [];
  let errors = 0;
  let left = requests;
  await withService(release, async (address) => {
    const client = async () => {
      while (left-- > 0) {
        const start = performance.now();
        const ok = await fetch(`${address}/rates?zone=europe&kilograms=${1 + (left % 30)}`).then(
          async (response) => (await response.json()).price_cents > 0,
          () => false,
        );
        if (!ok) errors++;
        times.push(performance.now() - start);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, client));
  });
  times.sort((a, b) => a - b);
  const percentile = (share) => times[Math.min(times.length - 1, Math.floor(share * times.length))].toFixed(1);
  if (errors > 0) throw new StepError(`${errors} of ${requests} requests failed`);
  await writeJson(at.load, { version, requests, errors, p50_ms: percentile(0.5), p99_ms: percentile(0.99) });
  await output({ requests, errors, p50_ms: percentile(0.5), p99_ms: percentile(0.99) });
}
