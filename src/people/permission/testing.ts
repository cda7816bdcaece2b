import type { Clock, Instant, LegalEntityId, SiteId } from '#kernel';
import type { SignedIn } from '../model.ts';
import { type ChangeablePermissions, createPermissions } from './permissions.ts';
import { readPolicyFiles } from './policy-files.ts';
import { type PolicyTexts, readPolicies } from './policy-set.ts';

interface Given {
  visitors?: boolean;
  sites?: readonly { id: SiteId; legalEntityId: LegalEntityId }[];
  /** Actions of a test's own, beside those of the house, with the policies about them. */
  actions?: readonly string[];
  policies?: string;
  /** By which a second factor grows old; without one it does not. */
  wallClock?: Clock;
}

/** A second factor that nobody lets grow old. */
export const justNow: SignedIn = { at: 0 as Instant, strength: 'multi-factor', provider: 'test' };

/** The shipped policies, and those of a test beside them. */
export function permissionsForTests({
  visitors = false,
  sites = [],
  wallClock = { now: () => justNow.at },
  ...more
}: Given = {}): ChangeablePermissions {
  return createPermissions({
    policies: readPolicies(textsForTests(more)),
    directory: { sites: () => sites },
    visitors,
    wallClock,
  });
}

function textsForTests({ actions = [], policies = '' }: Pick<Given, 'actions' | 'policies'>): PolicyTexts {
  const shipped = readPolicyFiles();
  const declared = actions.map(
    (action) => `action "${action}" appliesTo {
      principal: [Person, Machine, Visitor, Job],
      resource: [Installation, LegalEntity, Site, Project, Object],
      context: Asked
    };`,
  );
  return {
    schema: [shipped.schema, ...declared].join('\n'),
    files: policies === '' ? shipped.files : { ...shipped.files, 'test.cedar': policies },
  };
}
