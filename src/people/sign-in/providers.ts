import { Problem } from '#kernel';
import type { MappingRule, ProviderConfiguration, SignInConfiguration } from './configuration.ts';
import { demoAcr, type EmbeddedProvider } from './embedded-provider.ts';
import { createRelyingParty, type RelyingParty } from './relying-party.ts';

/** A provider by which people sign in here. */
export interface KnownProvider {
  id: string;
  label: string;
  isDemonstration: boolean;
  stepUp: { acrValues: readonly string[]; amr: readonly string[] };
  rules: readonly MappingRule[];
  /** Of which roles a session by this provider has: those given `inside`, or those of this provider's own claims. */
  rolesFrom: string;
  /** @param baseUrl where this installation is reached; only the embedded provider depends on it. */
  party(baseUrl: string): Promise<RelyingParty>;
}

export interface Providers {
  list: readonly KnownProvider[];
  /** Problems: not-found. */
  of(id: string): KnownProvider;
  /** Where a session's roles come from; undefined for a way of signing in that is not open any more. */
  rolesFrom(provider: string): string | undefined;
}

/** Ways in that are no providers: a link of the operator, and acts of the house itself. */
const ownWays = ['link', 'service'];

export interface ProvidersOptions {
  configuration: SignInConfiguration;
  /** The way out of the house, for one provider. */
  fetchFor(provider: ProviderConfiguration): typeof fetch;
  /** Only where no provider is configured, on loopback, in an installation that is not live. */
  embedded: EmbeddedProvider | undefined;
  keyCooldownMs?: number;
}

export function openProviders(options: ProvidersOptions): Providers {
  const { configuration, embedded } = options;
  const configured = configuration.providers.map((provider): KnownProvider => {
    const party = createRelyingParty({
      provider,
      fetch: options.fetchFor(provider),
      ...(options.keyCooldownMs === undefined ? {} : { keyCooldownMs: options.keyCooldownMs }),
    });
    const { id, label, stepUp, rules, assignRoles } = provider;
    const rolesFrom = assignRoles === 'claims' ? id : 'inside';
    return { id, label, isDemonstration: false, stepUp, rules, rolesFrom, party: async () => party };
  });
  const list = embedded === undefined ? configured : [...configured, demonstration(embedded)];
  const byId = new Map(list.map((known) => [known.id, known]));
  return {
    list,
    of: (id) => {
      const known = byId.get(id);
      if (known === undefined) throw new Problem('not-found', { detail: 'No identity provider has this name here.' });
      return known;
    },
    rolesFrom: (provider) => (ownWays.includes(provider) ? 'inside' : byId.get(provider)?.rolesFrom),
  };
}

const demonstration = (embedded: EmbeddedProvider): KnownProvider => ({
  id: 'demo',
  label: 'Demonstration',
  isDemonstration: true,
  stepUp: { acrValues: [demoAcr], amr: [] },
  rules: [],
  rolesFrom: 'inside',
  party: (baseUrl) => embedded.party(baseUrl),
});
