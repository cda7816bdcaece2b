import { assert, Problem } from '#kernel';
import type { Identity, Role } from './model.ts';

/** What a room says of one action: who may, and why in one sentence. What no policy names, nobody may do. */
export interface Permission {
  /** `anyone` reads without signing in where visitors are let in; `signed-in` is every person, whatever the role. */
  readonly roles: readonly (Role | 'anyone' | 'signed-in')[];
  /** True if a machine may, given a token whose scopes name the action. */
  readonly machines?: boolean;
  readonly sentence: string;
}

export type Policy = Readonly<Record<string, Permission>>;

export interface Permissions {
  /** Every action some policy names. */
  readonly actions: ReadonlySet<string>;
  /** Every permission, for the page that shows who may do what. */
  readonly policy: Policy;
  /** Throws not-signed-in or not-allowed, unless this identity may do this. */
  allow(identity: Identity | undefined, action: string): void;
  /** The same as an answer: for screens that offer only what will be allowed. */
  mayDo(identity: Identity | undefined, action: string): boolean;
}

const actionPattern = /^[a-z]+:[a-z][a-z0-9-]*$/;

/**
 * Joins the rooms' policies into the one that decides. Default is no.
 * @param options `visitors`: whether somebody who has not signed in may do what `anyone` may (a demonstration).
 */
export function joinPolicies(policies: readonly Policy[], options: { visitors: boolean }): Permissions {
  const joined = new Map<string, Permission>();
  for (const [action, permission] of policies.flatMap((policy) => Object.entries(policy))) {
    assert(actionPattern.test(action), `an action is written room:verb-thing, not ${action}`);
    assert(!joined.has(action), `two policies name the action ${action}`);
    joined.set(action, permission);
  }
  const refusal = (identity: Identity | undefined, action: string): Problem | undefined =>
    decide(joined.get(action), identity, { action, visitors: options.visitors });
  return {
    actions: new Set(joined.keys()),
    policy: Object.fromEntries(joined),
    allow: (identity, action) => {
      const problem = refusal(identity, action);
      if (problem) throw problem;
    },
    mayDo: (identity, action) => refusal(identity, action) === undefined,
  };
}

function decide(
  permission: Permission | undefined,
  identity: Identity | undefined,
  asked: { action: string; visitors: boolean },
): Problem | undefined {
  const isNobody = identity === undefined || identity.kind === 'visitor';
  if (permission === undefined) return new Problem(isNobody ? 'not-signed-in' : 'not-allowed');
  if (isNobody) {
    return asked.visitors && permission.roles.includes('anyone') ? undefined : new Problem('not-signed-in');
  }
  const isAllowed =
    identity.kind === 'machine'
      ? isInScope(permission, identity, asked.action)
      : permission.roles.some((role) => role === 'anyone' || role === 'signed-in' || identity.roles.includes(role));
  return isAllowed
    ? undefined
    : new Problem('not-allowed', { detail: whoMay(permission), context: { action: asked.action } });
}

function isInScope(permission: Permission, machine: Identity, action: string): boolean {
  if (permission.machines !== true) return false;
  const room = action.split(':', 1)[0];
  return machine.scopes.some((scope) => scope === action || scope === `${room}:*`);
}

function whoMay(permission: Permission): string {
  const persons = permission.roles.join(', ');
  const machines = permission.machines === true ? ' or a machine whose token has this action in its scopes' : '';
  return `${permission.sentence} May be done by: ${persons}${machines}.`;
}
