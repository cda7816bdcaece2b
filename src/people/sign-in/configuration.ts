import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import type { FieldError } from '#kernel';
import { roleSchema } from '../contract.ts';

/** Signature algorithms that are accepted from providers and machines: asymmetric ones only, so never `none` or `HS*`. */
export const signatureAlgorithms = ['RS256', 'ES256', 'PS256', 'EdDSA'] as const;

const fileSchema = z.string().min(1).max(4096);

/** A claim that says something about a person: where they belong, and what they are there. */
const ruleSchema = z.strictObject({
  /** Name of the claim: `groups`, `roles`, `eduperson_entitlement`. */
  claim: z.string().min(1).max(200),
  /** The claim is exactly this, or is a list that has exactly this. */
  has: z.string().min(1).max(500),
  /** Id or name of the organisation, or code of one of its sites. */
  organisation: z.string().min(1).max(120),
  /** Roles held there as of each sign-in; without any, the rule only says where the person belongs. */
  roles: z.array(roleSchema).max(8).default([]),
});
export type MappingRule = z.output<typeof ruleSchema>;

const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);

const issuerSchema = z
  .url()
  .max(500)
  .refine((text) => {
    const { protocol, hostname, search, hash } = new URL(text);
    return (
      (protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname))) && search === '' && hash === ''
    );
  }, 'must be an https address (http on this machine only), without a query');

const providerSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,30}$/, 'lower-case letters, digits and "-", at most 31')
      .refine((id) => !['link', 'demo', 'inside', 'service'].includes(id), 'is a name that Hortus itself uses'),
    /** What stands on the button. */
    label: z.string().min(1).max(80),
    issuer: issuerSchema,
    clientId: z.string().min(1).max(300),
    /** File with the client's secret, readable by the server only. */
    clientSecretFile: fileSchema.optional(),
    /** File with a private JWK, to sign in to the provider without a shared secret (private_key_jwt). */
    privateKeyFile: fileSchema.optional(),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,120}$/))
      .max(20)
      .default(['openid', 'profile']),
    /** `claims`: roles come from `rules` at each sign-in. `inside`: colleagues assign them here; rules only place people. */
    assignRoles: z.enum(['claims', 'inside']),
    rules: z.array(ruleSchema).max(200).default([]),
    /** What the provider is asked for, and what it says, when a second factor was used. */
    stepUp: z
      .strictObject({
        acrValues: z.array(z.string().min(1).max(200)).max(10).default([]),
        amr: z.array(z.string().min(1).max(50)).max(10).default([]),
      })
      .default({ acrValues: [], amr: [] }),
    /** Some providers say names and groups at their userinfo endpoint only. How one signed in is never read there. */
    userInfo: z.boolean().default(false),
    /** Also end the session at the provider when somebody signs out here. */
    logout: z.boolean().default(true),
    /** True where the provider answers in the hospital's own network: its address may then be a private one. */
    isInternal: z.boolean().default(false),
  })
  .refine(
    ({ clientSecretFile, privateKeyFile }) => (clientSecretFile === undefined) !== (privateKeyFile === undefined),
    { message: 'give clientSecretFile or privateKeyFile, one of the two', path: ['clientSecretFile'] },
  )
  .refine(({ scopes }) => scopes.includes('openid'), { message: 'must have openid', path: ['scopes'] })
  .refine(({ assignRoles, rules }) => assignRoles === 'inside' || rules.some(({ roles }) => roles.length > 0), {
    message: 'roles come from claims, but no rule gives any',
    path: ['rules'],
  });

const sessionSchema = z.strictObject({
  /** Without a request for this long, a session ends. */
  idleMinutes: z.int().min(5).max(480).default(30),
  absoluteHours: z.int().min(1).max(24).default(12),
  /** For how long a second factor counts. */
  stepUpMinutes: z.int().min(1).max(120).default(15),
});
export type SessionPolicy = z.output<typeof sessionSchema>;

const machineSchema = z.strictObject({
  /** Addresses or networks (CIDR) of the proxies that end TLS and say which certificate they saw. */
  trustedProxies: z
    .array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .max(50)
    .default([]),
  /** The header in which they say it: SHA-256 of the certificate (DER), hex with or without colons. */
  certificateHeader: z
    .string()
    .regex(/^[a-z][a-z0-9-]{2,60}$/, 'lower case')
    .default('x-client-certificate-sha256'),
});
export type MachinePolicy = z.output<typeof machineSchema>;

const configurationSchema = z.strictObject({
  providers: z
    .array(providerSchema)
    .max(20)
    .default([])
    .refine((all) => new Set(all.map(({ id }) => id)).size === all.length, 'two providers have the same id')
    .refine((all) => new Set(all.map(({ issuer, clientId }) => `${issuer} ${clientId}`)).size === all.length, {
      message: 'two providers are the same client of the same issuer',
    }),
  session: sessionSchema.prefault({}),
  machines: machineSchema.prefault({}),
});

/** How people and machines prove who they are; secrets are read, and stand nowhere but in memory. */
export interface SignInConfiguration {
  providers: readonly ProviderConfiguration[];
  session: SessionPolicy;
  machines: MachinePolicy;
}

export type ProviderConfiguration = Omit<z.output<typeof providerSchema>, 'clientSecretFile' | 'privateKeyFile'> & {
  client: { secret: string } | { privateKey: Record<string, unknown> };
};

export const noProviders: SignInConfiguration = {
  providers: [],
  session: sessionSchema.parse({}),
  machines: machineSchema.parse({}),
};

/**
 * Reads a configuration of sign-in (the JSON file that HORTUS_SIGN_IN names) and the files of secrets that it names,
 * relative to its own folder.
 * @param readText reads a file; what it throws is told as a fault, without the file's content.
 * @returns the configuration, or every fault with a JSON pointer; no fault repeats a value.
 */
export function readSignInConfiguration(
  file: string,
  readText: (path: string) => string,
): { configuration: SignInConfiguration } | { faults: FieldError[] } {
  const faults: FieldError[] = [];
  const read = (path: string, pointer: string): string => {
    try {
      return readText(path);
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      faults.push({ pointer, detail: `the file cannot be read${typeof code === 'string' ? ` (${code})` : ''}` });
      return '';
    }
  };
  const text = read(file, '');
  if (faults.length > 0) return { faults };
  const parsed = configurationSchema.safeParse(jsonOrNothing(text));
  if (!parsed.success) {
    return {
      faults: parsed.error.issues.map(({ path, message }) => ({
        pointer: path.map((step) => `/${String(step)}`).join(''),
        detail: message,
      })),
    };
  }
  const providers = parsed.data.providers.map(({ clientSecretFile, privateKeyFile, ...rest }, i) => {
    const named = (clientSecretFile ?? privateKeyFile) as string;
    const pointer = `/providers/${i}/${clientSecretFile === undefined ? 'privateKeyFile' : 'clientSecretFile'}`;
    const content = read(resolve(dirname(file), named), pointer).trim();
    if (clientSecretFile !== undefined) return { ...rest, client: { secret: content } };
    const key = z.looseObject({ kty: z.string(), d: z.string() }).safeParse(jsonOrNothing(content));
    if (!key.success) faults.push({ pointer, detail: 'must hold a private key as a JWK' });
    return { ...rest, client: { privateKey: key.success ? key.data : {} } };
  });
  if (faults.length > 0) return { faults };
  return { configuration: { ...parsed.data, providers } };
}

function jsonOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
