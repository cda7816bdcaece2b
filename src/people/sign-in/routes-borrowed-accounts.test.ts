// Goal: nobody becomes a colleague by an account of their own, and a second factor of this morning is none of this moment.
// Method: a real provider on HTTP; invitations that an operator keeps back, and sign-ins that do not say when they happened.
import { afterEach, expect, it } from 'vitest';
import { describeOnEveryDatabase } from '../../platform/db/testing.ts';
import { systemActor } from '../acts.ts';
import { aHouseWithSignIn, providerOf } from './house-for-tests.ts';
import { anIssuer } from './issuer-for-tests.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

describeOnEveryDatabase('an account at a provider', (open) => {
  const aScene = async () => {
    const issuer = await anIssuer();
    closers.push(() => issuer.close());
    const providers = [providerOf(issuer, { assignRoles: 'inside', rules: [] })];
    const house = await aHouseWithSignIn(await open(), { configuration: { providers } });
    closers.push(() => house.app.close());
    const officer = house.seeded.persons.find(({ roles }) => roles.includes('safety-officer'))!;
    const signIn = async (sub: string, begin: object = {}) => {
      issuer.subject = { sub, claims: { acr: 'mfa' } };
      const at = house.browser();
      const answer = await at.back(issuer.authorize(await at.begin('hospital', begin)));
      return { at, answer, me: await at.me() };
    };
    const invitation = async () => (await house.people.issueInvitation(systemActor, officer.id)).secret;
    return { issuer, officer, signIn, invitation };
  };

  it('is not bound to a person who has one, by no invitation kept back and no later one', async () => {
    const { officer, signIn, invitation } = await aScene();
    const keptBack = await invitation();
    expect((await signIn('officer', { invitation: await invitation() })).me).toMatchObject({ id: officer.id });
    for (const secret of [keptBack, await invitation()]) {
      const { answer, me } = await signIn('whoever invites', { invitation: secret });
      expect([answer.statusCode, answer.json().code, me.kind]).toEqual([401, 'sign-in-failed', 'nobody']);
    }
    expect((await signIn('officer')).me).toMatchObject({ id: officer.id });
  });

  it('is bound once where two invitations are used at once', async () => {
    const { issuer, officer, signIn, invitation } = await aScene();
    const secrets = [await invitation(), await invitation()];
    const { at: one } = await signIn('nobody yet');
    const { at: two } = await signIn('nobody yet');
    const backs = [];
    for (const [i, at] of [one, two].entries()) {
      backs.push({ at, back: issuer.authorize(await at.begin('hospital', { invitation: secrets[i] })) });
    }
    let asked = 0;
    issuer.misdeed = { claims: (honest) => ({ ...honest, sub: `account-${++asked}` }) };
    await Promise.all(backs.map(({ at, back }) => at.back(back)));
    const signedIn = await Promise.all(backs.map(async ({ at }) => (await at.me()).id));
    expect(signedIn.filter((id) => id === officer.id)).toHaveLength(1);
  });

  it('shows no second factor of a time that nobody names', async () => {
    const { issuer, signIn, invitation } = await aScene();
    const told = await signIn('officer', { invitation: await invitation() });
    expect(told.me).toMatchObject({ signedIn: { strength: 'multi-factor' } });
    issuer.misdeed = { claims: ({ auth_time: _, ...rest }) => rest };
    expect((await signIn('officer')).me).toMatchObject({ signedIn: { strength: 'single-factor' } });
  });
});
