import { z } from 'zod';
import { tableSearch } from '../../../app/scope.ts';

export const permissionsViews = ['ask', 'table', 'texts', 'change'] as const;
export type PermissionsView = (typeof permissionsViews)[number];

export const purposes = ['care', 'monitoring', 'assurance', 'research', 'administration'] as const;

const id = z.string().max(80).optional().catch(undefined);

/** The question in the address. `at` is a site; `site` of the scope filters data, and nothing is asked about it. */
export const permissionsSearch = z.object({
  ...tableSearch,
  view: z.enum(permissionsViews).optional().catch(undefined),
  person: id,
  action: id,
  at: id,
  project: id,
  object: id,
  purpose: z.enum(purposes).optional().catch(undefined),
  /** Of the table: one role, or words. */
  role: id,
  find: z.string().max(200).optional().catch(undefined),
});

export type PermissionsSearch = z.output<typeof permissionsSearch>;
