import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { z } from 'zod';

/** The view state that every page shares and every link keeps: the day of knowledge, and the site. */
export const scopeSchema = z.object({
  asOf: z.iso.date().optional().catch(undefined),
  site: z.string().max(64).optional().catch(undefined),
});

export type Scope = z.output<typeof scopeSchema>;

/** The view state of a table, to be merged into a page's search schema. */
export const tableSearch = {
  sort: z.string().max(64).optional().catch(undefined),
  filter: z.string().max(200).optional().catch(undefined),
  page: z.coerce.number().int().min(1).optional().catch(undefined),
};

const root = getRouteApi('__root__');

/** The scope in the address, without absent values: ready to be sent with a question. */
export function useScope(): Scope {
  const { asOf, site } = root.useSearch();
  return { ...(asOf === undefined ? {} : { asOf }), ...(site === undefined ? {} : { site }) };
}

/** The last millisecond of a day in UTC, as questions of the rooms take it: a day's knowledge is that of its end. */
export const endOfDay = (day: string): string => `${day}T23:59:59.999Z`;

/** The as-of instant in the address, ready to be sent with a question: `apiQuery(path, schema, useAsked())`. */
export function useAsked(): { asOf?: string } {
  const { asOf } = useScope();
  return asOf === undefined ? {} : { asOf: endOfDay(asOf) };
}

/** Changes the scope and stays on the page. */
export function useChangeScope(): (change: Partial<Scope>) => void {
  const navigate = useNavigate();
  return (change) => {
    navigate({ to: '.', search: (before: Scope) => ({ ...before, ...change }) }).catch(() => undefined);
  };
}
