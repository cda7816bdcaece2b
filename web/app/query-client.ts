import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './api.ts';

const retryCountMax = 2;
const freshMs = 10_000;

/** Silence and trouble of the server are asked again; a refusal is an answer and is shown at once. */
const isWorthRetrying = (count: number, failure: unknown): boolean =>
  count < retryCountMax && (!(failure instanceof ApiProblem) || failure.status === 0 || failure.status >= 502);

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: isWorthRetrying, staleTime: freshMs }, mutations: { retry: false } },
});

/**
 * Nothing that one person has read stays in memory for the next at this screen. What a page shows is emptied and asked
 * again, as whoever it is by then; `clear()` alone would leave it standing there.
 */
export async function forgetAnswers(client: QueryClient): Promise<void> {
  client.getMutationCache().clear();
  client.removeQueries({ type: 'inactive' });
  await client.resetQueries();
}

/** After an act: everything under these parts of an address is asked again. `refresh('monitor')`. */
export const refresh = (...rooms: string[]): Promise<void> =>
  Promise.all(rooms.map((room) => queryClient.invalidateQueries({ queryKey: ['api', 'v1', room] }))).then(
    () => undefined,
  );
