// Goal: the embedded provider of a demonstration runs the same code as a hospital's own: sign-in, step-up, logout by the
// provider. Method: a browser with cookies walks its pages over the real server; nothing of the provider is replaced.
import { afterEach, expect, it, vi } from 'vitest';
import { describeOnEveryDatabase } from '../../platform/db/testing.ts';
import { isFresh } from '../index.ts';
import { aHouseWithSignIn, type Browser, type SignInHouse } from './house-for-tests.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function aDemonstration(open: () => Promise<import('#platform/db').Database>): Promise<SignInHouse> {
  const house = await aHouseWithSignIn(await open());
  closers.push(() => house.app.close());
  return house;
}

const pathOf = (address: string): string => address.replace(/^https?:\/\/[^/]+/, '');

/** Follows redirects until a page is shown. */
async function follow(browser: Browser, address: string) {
  let answer = await browser.send('GET', pathOf(address), { headers: { accept: 'text/html' } });
  for (let hops = 0; hops < 8 && answer.statusCode >= 300 && answer.statusCode < 400; hops++) {
    const location = String(answer.headers.location);
    if (/^\/(?:people|sign-in|$)/.test(location)) return { answer, location };
    answer = await browser.send('GET', pathOf(location), { headers: { accept: 'text/html' } });
  }
  return { answer, location: undefined };
}

const actionOf = (page: string): string => /action="([^"]+)"/.exec(page)?.[1] ?? '';
const codeOf = (page: string): string => /class="code">(\d{6})</.exec(page)?.[1] ?? '';

async function becomes(browser: Browser, personId: string, begin: object = {}) {
  const page = (await follow(browser, await browser.begin('demo', { returnTo: '/people', ...begin }))).answer;
  const posted = await browser.send('POST', actionOf(page.body), { form: { person: personId } });
  return follow(browser, String(posted.headers.location));
}

describeOnEveryDatabase('the embedded provider', (open) => {
  it('lists the invented people, signs the chosen one in, and leaves the console alone', async () => {
    // Left in place: the library is loaded once, and its lines are told apart on the console of that moment.
    const said = vi.spyOn(console, 'warn');
    const { seeded, browser, logged } = await aDemonstration(open);
    const [person] = seeded.persons;
    const visitor = browser();
    const { answer: page } = await follow(visitor, await visitor.begin('demo', { person: seeded.persons[3]?.id }));
    expect(page.body).toContain('This is a demonstration');
    for (const { name } of seeded.persons) expect(page.body).toContain(`Continue as ${name}`);
    expect(page.body.indexOf(String(seeded.persons[3]?.name))).toBeLessThan(page.body.indexOf(String(person?.name)));
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'; style-src 'nonce-/);
    const { location } = await becomes(visitor, person?.id ?? '');
    expect(location).toBe('/people');
    const me = await visitor.me();
    expect(me).toMatchObject({ id: person?.id, signedIn: { provider: 'demo', strength: 'single-factor' } });
    // Somebody else, in the same browser, with nothing in between.
    await becomes(visitor, seeded.persons[4]?.id ?? '');
    expect(await visitor.me()).toMatchObject({ id: seeded.persons[4]?.id });
    expect(said).not.toHaveBeenCalled();
    expect(logged.join('')).toContain('oidc-provider');
  });

  it('asks whoever steps up for the code that it shows, and a wrong one changes nothing', async () => {
    const { seeded, browser, people, wait } = await aDemonstration(open);
    const [person] = seeded.persons;
    const visitor = browser();
    await becomes(visitor, person?.id ?? '');
    const before = visitor.session;
    const { answer: page } = await follow(visitor, await visitor.begin('demo', { stepUp: true, returnTo: '/people' }));
    expect(page.body).toContain(`Confirm that you are ${person?.name}`);
    const action = actionOf(page.body);
    const form = { person: person?.id ?? '', code: '00000' };
    expect((await visitor.send('POST', action, { form })).body).toContain('That is not the code');
    expect((await visitor.me()).signedIn.strength).toBe('single-factor');
    const posted = await visitor.send('POST', action, { form: { ...form, code: codeOf(page.body) } });
    expect((await follow(visitor, String(posted.headers.location))).location).toBe('/people');
    expect((await visitor.me()).signedIn.strength).toBe('multi-factor');
    expect(await people.identityOfSession(before ?? '')).toBeUndefined();
    const identity = await people.identityOfSession(visitor.session ?? '');
    const at = identity?.signedIn?.at ?? 0;
    expect(isFresh(identity ?? {}, (at + 15 * 60_000) as never)).toBe(true);
    expect(isFresh(identity ?? {}, (at + 15 * 60_001) as never)).toBe(false);
    wait(31 * 60_000);
    expect(await people.identityOfSession(visitor.session ?? '')).toBeUndefined();
  });

  it('lets nobody step up as somebody else, nor before signing in', async () => {
    const { seeded, browser } = await aDemonstration(open);
    const [first, second] = seeded.persons;
    const visitor = browser();
    const start = await visitor.send('POST', '/api/v1/people/sign-in/demo/start', { body: { stepUp: true } });
    expect(start.json().code).toBe('not-signed-in');
    await becomes(visitor, first?.id ?? '');
    const { answer: page } = await follow(visitor, await visitor.begin('demo', { stepUp: true, returnTo: '/people' }));
    const action = actionOf(page.body);
    const form = { person: second?.id ?? '', code: codeOf(page.body) };
    const posted = await visitor.send('POST', action, { form });
    const { location } = await follow(visitor, String(posted.headers.location));
    expect(location).toBe('/sign-in?problem=sign-in-failed');
    expect(await visitor.me()).toMatchObject({ id: first?.id, signedIn: { strength: 'single-factor' } });
  });

  it('ends the session here when it is ended there (back-channel logout)', async () => {
    const { seeded, browser } = await aDemonstration(open);
    const visitor = browser();
    await becomes(visitor, seeded.persons[0]?.id ?? '');
    expect((await visitor.me()).kind).toBe('person');
    const asked = await visitor.send('GET', '/oidc/session/end?client_id=hortus');
    expect(asked.body).toContain('Sign out of the demonstration?');
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(asked.body)?.[1] ?? '';
    const confirmed = await visitor.send('POST', '/oidc/session/end/confirm', { form: { xsrf, logout: 'yes' } });
    expect(confirmed.statusCode).toBe(303);
    await expect.poll(async () => (await visitor.me()).kind).toBe('nobody');
  });
});
