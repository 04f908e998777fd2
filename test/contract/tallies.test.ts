import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { NOW } from '../support/plans.ts';
import { describeContract } from './stores.ts';

const MINUTE = 60_000;
const START = Math.floor(NOW / (10 * MINUTE)) * 10 * MINUTE;

describeContract('Tallies', (stores) => {
  const series = () => `pool:${randomUUID()}`;

  it('add up by minute and counter, whoever counted', async () => {
    const { tallies } = stores();
    const of = series();
    await tallies.add([{ series: of, at: START + 5, counts: { good: 2 } }], randomUUID());
    await tallies.add([{ series: of, at: START + 59_999, counts: { good: 1, service_ms: 70 } }], randomUUID());
    await tallies.add([{ series: of, at: START + MINUTE, counts: { good: 1 } }], randomUUID());
    expect(await tallies.read(of, START, START + 10 * MINUTE)).toEqual([
      { at: START, counts: { good: 3, service_ms: 70 } },
      { at: START + MINUTE, counts: { good: 1 } },
    ]);
  });

  it('count the same call once', async () => {
    const { tallies } = stores();
    const of = series();
    const increments = [
      { series: of, at: START, counts: { good: 1, bad: 0 } },
      { series: of, at: START + 11 * MINUTE, counts: { good: 4 } },
    ];
    const once = randomUUID();
    for (let time = 0; time < 3; time++) await tallies.add(increments, once);
    expect(await tallies.read(of, START, START + 60 * MINUTE)).toEqual([
      { at: START, counts: { good: 1, bad: 0 } },
      { at: START + 11 * MINUTE, counts: { good: 4 } },
    ]);
  });

  it('answer with the minutes that begin in what was asked for, in order, of this series alone', async () => {
    const { tallies } = stores();
    const [of, other] = [series(), series()];
    const minutes = [29, 3, 9, 10, 0];
    for (const minute of minutes)
      await tallies.add([{ series: of, at: START + minute * MINUTE, counts: { good: minute + 1 } }], randomUUID());
    await tallies.add([{ series: other, at: START + 3 * MINUTE, counts: { good: 99 } }], randomUUID());
    const read = async (from: number, to: number) =>
      (await tallies.read(of, START + from * MINUTE, START + to * MINUTE)).map(({ counts }) => counts.good);
    expect(await read(0, 30)).toEqual([1, 4, 10, 11, 30]);
    expect(await read(3, 10)).toEqual([4, 10]);
    expect(await read(4, 9)).toEqual([]);
    expect(await read(9, 9)).toEqual([]);
  });

  it('take more series at once than one transaction holds', async () => {
    const { tallies } = stores();
    const many = Array.from({ length: 130 }, series);
    await tallies.add(
      many.map((of) => ({ series: of, at: START, counts: { good: 1 } })),
      randomUUID(),
    );
    for (const of of [many[0], many[99], many[100], many[129]])
      expect(await tallies.read(of ?? '', START, START + MINUTE)).toEqual([{ at: START, counts: { good: 1 } }]);
  });
});
