import { QueryClient, QueryObserver } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { forgetAnswers } from './query-client.ts';

// Goal: nothing that one person has read is left in memory for the next at the same screen. Method: a cache with an answer
// that a page shows and one that no page shows any more, emptied as at sign-out.

it('forgets every answer at sign-out, and asks again for what is shown', async () => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, staleTime: 60_000 } } });
  let reader = 'Noor';
  const shown = new QueryObserver(client, { queryKey: ['shown'], queryFn: async () => `read by ${reader}` });
  const seen: unknown[] = [];
  const leave = shown.subscribe(({ data }) => seen.push(data));
  await client.fetchQuery({ queryKey: ['left'], queryFn: async () => 'case of Noor' });
  await expect.poll(() => shown.getCurrentResult().data).toBe('read by Noor');

  reader = 'nobody';
  await forgetAnswers(client);

  expect(client.getQueryData(['left'])).toBeUndefined();
  expect(client.getQueryData(['shown'])).toBe('read by nobody');
  expect(seen.slice(seen.lastIndexOf('read by Noor') + 1)).toContain(undefined);
  leave();
});
