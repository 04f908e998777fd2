import { Code, ConnectError } from '@connectrpc/connect';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CODE_METADATA } from '../../../api/rpc/errors.ts';
import { createRpcFetch } from '../../../api/rpc/fetch.ts';
import type { TimelinePage } from '../../../api/rpc/generated/neural_hive/v1/plan_pb.js';
import { type Clients, clientsOf, OPERATOR, PROTOCOLS, type Served, serve } from './served.ts';
import { createStory, type Story } from './story.ts';

let story: Story;
let served: Served;

beforeEach(async () => {
  story = createStory();
  await story.begin();
  served = await serve(story);
});
afterEach(() => served.server.close());

/** Resolves once somebody waits for news. */
async function untilSleeping(): Promise<void> {
  while (served.clock.sleeping() === 0) await new Promise((resolve) => setImmediate(resolve));
}

/** What a stream says until it ends. */
async function pagesOf(stream: AsyncIterable<TimelinePage>): Promise<TimelinePage[]> {
  const pages: TimelinePage[] = [];
  for await (const page of stream) pages.push(page);
  return pages;
}

const typesOf = (pages: readonly TimelinePage[]): string[] =>
  pages.flatMap(({ items }) => items.map(({ type }) => type));
const idsOf = (pages: readonly TimelinePage[]): string[] =>
  pages.flatMap(({ items }) => items.map((item) => item.eventId));

describe.each(Object.entries(PROTOCOLS))('a watch over %s', (_, transport) => {
  let clients: Clients;
  beforeEach(() => {
    clients = clientsOf(transport(served.server.url));
  });

  it('tells each event once, as it happens, and ends with the plan', async () => {
    const watched = pagesOf(clients.plans.watchPlan({ planId: story.plan_id }));
    for (const act of [() => story.run('a'), () => story.run('b'), () => story.complete()]) {
      await untilSleeping();
      await act();
      served.clock.wake();
    }
    const pages = await watched;
    expect(pages.map(({ ended }) => ended)).toEqual([...pages.slice(1).map(() => false), true]);
    expect(idsOf(pages)).toHaveLength(5 + 4 + 4 + 1);
    expect(new Set(idsOf(pages)).size).toBe(14);
    expect(typesOf(pages.slice(0, 1)).sort()).toEqual([
      'PlanAccepted',
      'PlanReceived',
      'PlanStarted',
      'TicketCreated',
      'TicketCreated',
    ]);
    expect(typesOf(pages).at(-1)).toBe('PlanCompleted');
  });

  it('goes on behind the page whose cursor it is given', async () => {
    for await (const first of clients.plans.watchPlan({ planId: story.plan_id })) {
      await story.run('a');
      await story.run('b');
      await story.complete();
      const rest = await pagesOf(clients.plans.watchPlan({ planId: story.plan_id, after: first.nextCursor }));
      expect(idsOf(rest)).toHaveLength(9);
      expect(idsOf(rest).filter((id) => idsOf([first]).includes(id))).toEqual([]);
      break;
    }
  });

  it('that its client leaves bothers nobody else', async () => {
    const leaving = new AbortController();
    const left = pagesOf(clients.plans.watchPlan({ planId: story.plan_id }, { signal: leaving.signal }));
    await untilSleeping();
    leaving.abort();
    await expect(left).rejects.toMatchObject({ code: Code.Canceled });
    served.clock.wake();
    await story.run('a');
    await story.run('b');
    await story.complete();
    expect(idsOf(await pagesOf(clients.plans.watchPlan({ planId: story.plan_id })))).toHaveLength(14);
    expect(served.faults).toEqual([]);
  });

  it('of an unknown plan, or from a cursor of another, is refused', async () => {
    const unknown = await pagesOf(clients.plans.watchPlan({ planId: 'nobody' })).catch((error: unknown) => error);
    expect(unknown).toMatchObject({ code: Code.NotFound });
    expect((unknown as ConnectError).metadata.get(CODE_METADATA)).toBe('PLAN_UNKNOWN');
    const cursor = await pagesOf(clients.plans.watchPlan({ planId: story.plan_id, after: '\u0000' })).catch(
      (error: unknown) => error,
    );
    expect((cursor as ConnectError).metadata.get(CODE_METADATA)).toBe('CURSOR_INVALID');
  });

  it('is told when the server stops', async () => {
    const watched = pagesOf(clients.plans.watchPlan({ planId: story.plan_id })).catch((error: unknown) => error);
    await untilSleeping();
    const closed = served.server.close();
    served.clock.wake();
    expect(await watched).toBeInstanceOf(ConnectError);
    await closed;
  });
});

describe('a watch where the connection cannot stay open', () => {
  const call = async (body: object, binary = false): Promise<Response> => {
    const rpc = createRpcFetch({ ...served.deps, streams: false });
    const message = Buffer.from(JSON.stringify(body));
    const envelope = Buffer.concat([Buffer.alloc(1), Buffer.alloc(4), message]);
    envelope.writeUInt32BE(message.length, 1);
    const request = new Request('https://api/neural_hive.v1.PlanService/WatchPlan', {
      method: 'POST',
      headers: { 'content-type': binary ? 'application/grpc-web+json' : 'application/connect+json' },
      body: envelope,
    });
    return (await rpc(request, () => ({ kind: 'local', key: OPERATOR }))) ?? Response.error();
  };

  /** Messages of a body of envelopes, the one that ends the stream left out. */
  async function messagesOf(response: Response): Promise<{ items: { event_id: string }[]; next_cursor: string }[]> {
    const body = Buffer.from(await response.arrayBuffer());
    const messages = [];
    for (let at = 0; at < body.length; ) {
      const size = body.readUInt32BE(at + 1);
      if (body[at] === 0) messages.push(JSON.parse(body.subarray(at + 5, at + 5 + size).toString()));
      at += 5 + size;
    }
    return messages;
  }

  it.each([false, true])('ends after a page, and the next goes on behind it (gRPC-Web: %s)', async (binary) => {
    const [first, ...more] = await messagesOf(await call({ plan_id: story.plan_id }, binary));
    expect(more).toEqual([]);
    expect(first?.items).toHaveLength(5);
    await story.run('a');
    const [second] = await messagesOf(await call({ plan_id: story.plan_id, after: first?.next_cursor }, binary));
    expect(second?.items).toHaveLength(4);
  });
});
