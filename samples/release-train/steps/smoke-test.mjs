/** Starts what was deployed and asks it the questions that its users ask. */
import { isDeepStrictEqual } from 'node:util';
import { withService } from '../programs.mjs';
import { at, output, parameter, readJson, StepError, writeJson } from '../support.mjs';

export default async function smokeTest() {
  const { version, release } = await readJson(at.deployment);
  const currency = parameter('currency');
  const questions = [
    { path: '/health', status: 200, body: { status: 'ok', version, stage: parameter('stage') } },
    { path: '/rates?zone=domestic&kilograms=1', status: 200, body: { price_cents: 490, currency } },
    { path: '/rates?zone=world&kilograms=2.5', status: 200, body: { price_cents: 3990, currency } },
    { path: '/rates?zone=moon&kilograms=1', status: 400 },
    { path: '/nothing', status: 404 },
  ];
  await withService(release, async (address) => {
    for (const { path, status, body } of questions) {
      const response = await fetch(address + path);
      const answer = await response.json();
      const asExpected = response.status === status && (body === undefined || isDeepStrictEqual(answer, body));
      if (asExpected) continue;
      const expected = `${status} ${body === undefined ? '' : JSON.stringify(body)}`;
      throw new StepError(`GET ${path} answers ${response.status} ${JSON.stringify(answer)}, not ${expected}`);
    }
  });
  await writeJson(at.smoke, { version, questions: questions.length });
  await output({ questions: questions.length });
}
