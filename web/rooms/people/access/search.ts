import { z } from 'zod';
import { address, type SearchValues } from '../../../app/api.ts';
import { endOfDay } from '../../../app/scope.ts';
import { startOfDay } from '../organisations/time-bounds.ts';
import { purposes } from '../permissions/search.ts';

export const accessViews = ['record', 'unusual', 'emergency'] as const;
export type AccessView = (typeof accessViews)[number];

/** Roles that answer for their organisation's data and see who looked at it. Oracle: the server's own, search.test.ts. */
export const ownerRoles: readonly string[] = ['deployer-management', 'safety-officer', 'regulatory-lead'];

export const whoseWords = ['ours', 'mine', 'all'] as const;
export type Whose = (typeof whoseWords)[number];

/** The question in the address. */
export const accessSearch = z.object({
  view: z.enum(accessViews).optional().catch(undefined),
  whose: z.enum(whoseWords).optional().catch(undefined),
  person: z.string().max(64).optional().catch(undefined),
  object: z.string().max(64).optional().catch(undefined),
  purpose: z.enum(purposes).optional().catch(undefined),
  outcome: z.enum(['read', 'refused']).optional().catch(undefined),
  from: z.iso.date().optional().catch(undefined),
  until: z.iso.date().optional().catch(undefined),
  before: z
    .string()
    .regex(/^[1-9][0-9]{0,17}$/)
    .optional()
    .catch(undefined),
});

export type AccessSearch = z.output<typeof accessSearch>;

interface Reader {
  id: string | undefined;
  organisationId: string | undefined;
  roles: readonly string[];
}

/** Whose looking somebody may see: an assessor everybody's, an owner that at the own data, everybody their own. */
export function whoseFor({ roles }: Pick<Reader, 'roles'>): Whose[] {
  if (roles.includes('assessor')) return ['all', 'mine'];
  return roles.some((role) => ownerRoles.includes(role)) ? ['ours', 'mine'] : ['mine'];
}

/** The search as the server takes it. A choice that is not the reader's falls back to the first that is. */
export function asked(search: AccessSearch, reader: Reader): SearchValues {
  const own = whoseFor(reader);
  const whose = search.whose !== undefined && own.includes(search.whose) ? search.whose : own[0];
  const byPerson = search.person === undefined ? {} : { identity: search.person };
  return {
    ...(whose === 'mine' ? { identity: reader.id } : byPerson),
    ...(whose === 'ours' ? { owner: reader.organisationId } : {}),
    object: search.object,
    purpose: search.purpose,
    outcome: search.outcome,
    from: search.from === undefined ? undefined : startOfDay(search.from),
    until: search.until === undefined ? undefined : endOfDay(search.until),
  };
}

export const exportAddress = (values: SearchValues, format: 'csv' | 'ndjson'): string =>
  address('/api/v1/people/access-record/export', { ...values, format });
