import { assert } from '#kernel';
import { type ApiClient, apiClient, signedIn } from '../api-client.ts';
import type { SiteCode } from './hospitals.ts';

/** A role, and the person who plays it, signed in over the API by the operator's links. */
export type Part = 'model-lead' | 'regulatory-lead' | 'safety-officer' | 'clinical-owner' | 'operator' | 'assessor';

export interface Hospitality {
  code: SiteCode;
  siteId: string;
  legalEntityId: string;
}

/** Everybody who acts in the demonstration. */
export interface Cast {
  /** One of the hospital's people, or the independent assessor. */
  as(code: SiteCode, part: Part): Promise<ApiClient>;
  hospital(code: SiteCode): Hospitality;
  /** The systems of a hospital that send its rows. */
  sender(code: SiteCode): Promise<ApiClient>;
  /** Whoever looks without signing in. */
  visitor: ApiClient;
  /** Ends the access of the senders. */
  dismiss(): Promise<void>;
}

interface PersonRow {
  id: string;
  organisationId: string;
  organisationName: string;
  roles: string[];
}

/** Before a second factor has grown old: whoever plays for hours shows it again, as everybody does. */
const signInAgainAfterMs = 10 * 60_000;

/** Makes a client once, and anew when it is older than that. */
function remembering(maxAgeMs: number): (key: string, make: () => Promise<ApiClient>) => Promise<ApiClient> {
  const present = new Map<string, { since: number; client: Promise<ApiClient> }>();
  return (key, make) => {
    const known = present.get(key);
    if (known !== undefined && performance.now() - known.since < maxAgeMs) return known.client;
    const client = make();
    present.set(key, { since: performance.now(), client });
    return client;
  };
}

/** Finds the invented people and lets each sign in when first needed, by links of the operator. */
export async function assembleCast(operator: ApiClient): Promise<Cast> {
  const { url } = operator;
  const visitor = apiClient(url);
  const { persons } = await visitor.get<{ persons: PersonRow[] }>('/api/v1/people/demo-people');
  const { sites } = await visitor.get<{ sites: { id: string; code: string; legalEntityId: string }[] }>(
    '/api/v1/people/sites',
  );
  const hospital = (code: SiteCode): Hospitality => {
    const site = sites.find((one) => one.code === code);
    assert(site !== undefined, `the demonstration has the site ${code}`);
    return { code, siteId: site.id, legalEntityId: site.legalEntityId };
  };
  const once = remembering(Number.POSITIVE_INFINITY);
  const signedInLately = remembering(signInAgainAfterMs);
  const as = (code: SiteCode, part: Part): Promise<ApiClient> => {
    const { legalEntityId } = hospital(code);
    const person = persons.find(
      (one) => one.roles.includes(part) && (part === 'assessor' || one.organisationId === legalEntityId),
    );
    assert(person !== undefined, `the demonstration has a ${part} for ${code}`);
    return signedInLately(person.id, () => signedIn(operator, person.id));
  };
  const issued: { code: SiteCode; id: string }[] = [];
  const sender = (code: SiteCode): Promise<ApiClient> =>
    once(`sender of ${code}`, async () => {
      const token = await (await as(code, 'operator')).post<{ id: string; secret: string }>('/api/v1/people/tokens', {
        name: `Sender of ${code} (simulated)`,
        scopes: ['monitor:send-predictions', 'monitor:send-outcomes', 'monitor:read-cases', 'certify:check-serving'],
        expiresInDays: 2,
      });
      issued.push({ code, id: token.id });
      return apiClient(url, { bearer: token.secret });
    });
  return {
    as,
    hospital,
    sender,
    visitor,
    dismiss: async () => {
      for (const { code, id } of issued.splice(0)) {
        await (await as(code, 'operator')).delete(`/api/v1/people/tokens/${id}`);
      }
    },
  };
}
