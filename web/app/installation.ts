import { useQuery } from '@tanstack/react-query';
import { z } from 'zod';
import { ApiProblem, apiQuery } from './api.ts';

/** What the shell must know about this installation. */
export const installationSchema = z.object({
  name: z.string(),
  /** The installation's present day; a simulation has its own. */
  today: z.iso.date(),
  /** Where its data come from: said on every page unless real. */
  data: z.enum(['real', 'simulated', 'demonstration']),
  /** The name under which its ledger signs; it says what kind of data this is, for ever. */
  origin: z.string().optional(),
  /** Words that must stand on every page of data that are not one's own. */
  labels: z.array(z.string()).optional(),
  /** Attribution and terms that must stand wherever the data's numbers are shown. */
  licence: z.string().optional(),
  /** While the demonstration is being filled. */
  filling: z
    .object({
      done: z.number(),
      total: z.number(),
      phase: z.string().optional(),
      etaSeconds: z.number().nullable().optional(),
    })
    .optional(),
  version: z.string().optional(),
});

export type Installation = z.output<typeof installationSchema>;

export const installationQuery = apiQuery('/api/v1/installation', installationSchema);

const fillingPollMs = 1000;
const restPollMs = 60_000;

/** Before the server has answered: no claim about the data is made. */
const unknownInstallation = (): Installation => ({
  name: 'Hortus',
  today: new Date().toISOString().slice(0, 10),
  data: 'real',
});

/** The server is gone or in trouble; a refusal is not silence. */
const isSilence = (failure: unknown): boolean =>
  failure instanceof ApiProblem && (failure.status === 0 || failure.status >= 502);

export function useInstallation(): { installation: Installation; isSilent: boolean } {
  const query = useQuery({
    ...installationQuery,
    refetchInterval: ({ state }) => (state.data?.filling || isSilence(state.error) ? fillingPollMs : restPollMs),
  });
  return { installation: query.data ?? unknownInstallation(), isSilent: isSilence(query.error) };
}
