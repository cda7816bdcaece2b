/*
 * Goal: each role signs in and can do exactly its work: it is offered what it may do, and nothing that would be refused.
 * Method: one person of every role in a real browser; what each is offered is written here apart from the policies, and
 * no page may cause a refusal unseen. Then acts of several of them, and one whole signature by keyboard alone.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from './accessibility.ts';
import {
  becomeByMenu,
  certificateAt,
  giveReason,
  headline,
  headlined,
  isPossible,
  openBrowser,
  settled,
  startVisit,
  stepUp,
} from './visit.ts';

type Role = 'clinical' | 'model' | 'regulatory' | 'safety' | 'patients' | 'assessor' | 'management' | 'operator';

const personas: [role: Role, name: string][] = [
  ['clinical', 'Klara Kliniek'],
  ['model', 'Moritz Model'],
  ['regulatory', 'Regina Regel'],
  ['safety', 'Sven Veilig'],
  ['patients', 'Piet Patiëntenstem'],
  ['assessor', 'Tilda Toets'],
  ['management', 'Dora Directie'],
  ['operator', 'Otto Operateur'],
];

const everybody = personas.map(([role]) => role);

/** What each page offers, and to whom: a button, or a choice by its label. */
const offers: [path: string, kind: 'button' | 'combobox', name: RegExp, roles: readonly Role[]][] = [
  ['/people/to-sign', 'button', /^Become/, []],
  ['/people/permissions', 'combobox', /^Who$/, ['assessor', 'management', 'operator']],
  ['/people/permissions', 'combobox', /^Which act$/, everybody],
  ['/people/organisations', 'button', /^Found a group/, ['management', 'operator']],
  ['/people/organisations', 'button', /^Hand over a role/, everybody],
  ['/people/organisations', 'button', /^Declare an interest/, everybody],
  ['/people/access', 'combobox', /^Whose looking/, ['safety', 'regulatory', 'management', 'assessor']],
  ['/people/access?view=emergency', 'button', /^Open cases now/, ['clinical', 'safety']],
  ['/people/account', 'button', /^Sign out everywhere/, everybody],
  ['/people/account', 'button', /^Give a machine access/, ['management', 'operator']],
  ['/people/account', 'button', /^Register a machine/, ['management', 'operator']],
  ['certificate', 'button', /^Stop at Noorderzorg/, ['clinical', 'safety', 'management']],
  ['certificate', 'button', /^Ask to stop at Noorderzorg/, ['clinical', 'patients']],
  ['certificate', 'button', /^Withdraw the certificate/, ['assessor']],
];

/** Those who between them see everything on these pages; axe takes its time. */
const judged: readonly Role[] = ['safety', 'management'];

/** Everything the server refused meanwhile. */
function refusalsOn(page: Page): string[] {
  const refused: string[] = [];
  page.on('response', (response) => {
    if ([401, 403].includes(response.status())) refused.push(`${response.status()} ${response.url()} on ${page.url()}`);
  });
  return refused;
}

describe.skipIf(!isPossible)('every role', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it.concurrent.each(personas)('%s is offered its own work, and nothing that would be refused', async (role, name) => {
    const { context, page, open, end } = await startVisit(browser);
    await open('/people');
    await becomeByMenu(page, name);
    const refused = refusalsOn(page);
    const certificate = await certificateAt(context, 'Noorderzorg');
    const wrong: string[] = [];
    for (const path of new Set(offers.map(([place]) => place))) {
      await open(path === 'certificate' ? certificate : path);
      for (const [place, kind, words, roles] of offers) {
        if (place !== path) continue;
        const offered = page.locator('main').getByRole(kind, { name: words });
        if (roles.includes(role)) await offered.first().waitFor();
        else if ((await offered.count()) > 0) wrong.push(`${path} offers ${words.source}`);
      }
      if (judged.includes(role) && path !== 'certificate')
        wrong.push(...(await seriousViolations(page)).map((one) => `${path}: ${one}`));
    }
    const rail = page.getByRole('navigation', { name: 'Rooms' });
    const seesCases = (await rail.getByRole('link', { name: 'Cases' }).count()) > 0;
    expect(seesCases).toBe(role !== 'patients' && role !== 'operator');
    expect(wrong).toEqual([]);
    expect(refused).toEqual([]);
    await end();
  });
});

describe.skipIf(!isPossible)('people at work', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('open cases in an emergency, which every page says, end it, and another person reviews it', async () => {
    const { page, open, end } = await startVisit(browser);
    await open('/people');
    await becomeByMenu(page, 'Klara Kliniek');
    await open('/people/access?view=emergency');
    await page.getByRole('button', { name: 'Open cases now' }).click();
    await page.getByLabel('Cases of which hospital').selectOption({ label: 'Westhaven (invented)' });
    await giveReason(page, 'Transferred at night; the earlier prediction is needed now.', 'Open cases now');
    await open('/monitor/claims');
    await page.getByText(/Emergency access to cases of Westhaven/).waitFor();
    await page.getByRole('button', { name: 'End it now' }).click();
    await page.getByText(/Emergency access to cases of Westhaven/).waitFor({ state: 'hidden' });

    await becomeByMenu(page, 'Saskia Veilig');
    await open('/people');
    await page.getByRole('link', { name: 'Somebody opened cases of your hospital in an emergency.' }).first().click();
    await headlined(page, /emergency access waits for a review|emergency accesses wait for a review/);
    await page.getByRole('button', { name: 'Review the emergency' }).first().click();
    await giveReason(page, 'The transfer is in the files of that night.', 'Record the review');
    await page
      .getByText(/Reviewed by Saskia Veilig: it was right/)
      .first()
      .waitFor();
    await end();
  });

  it('join a project with an end, hand a role over and back, and ask what a declared interest forbids', async () => {
    const { context, page, open, end } = await startVisit(browser);
    const certificate = (await certificateAt(context, 'Heidestad').catch(() => certificateAt(context, 'Westhaven')))
      .split('/')
      .at(-1);
    await open('/people/organisations');
    await becomeByMenu(page, 'Dora Directie');
    await page.getByRole('button', { name: 'Found a group' }).click();
    await page.getByRole('textbox', { name: /^Name/ }).fill('Early findings');
    await page.getByLabel('What it is for').fill('To learn from missed cases together.');
    await page.getByRole('form', { name: 'Found a group' }).getByRole('button', { name: 'Found a group' }).click();
    const group = page.getByRole('region', { name: 'Early findings' });
    await group.getByRole('button', { name: /^Add a member/ }).click();
    const form = page.getByRole('form', { name: 'Add a member' });
    await form.getByLabel('Member').selectOption({ label: 'Westhaven (invented)' });
    await form.getByRole('button', { name: 'Add a member' }).click();
    await group.getByRole('button', { name: /^End Westhaven/ }).click();
    await group.getByText('ended').waitFor();

    await page.getByRole('button', { name: 'Hand over a role' }).click();
    await page.getByLabel('To whom').selectOption({ label: 'Otto Operateur, Operator' });
    await page.getByLabel('Reason').fill('On leave.');
    await page
      .getByRole('form', { name: 'Hand over a role' })
      .getByRole('button', { name: 'Hand over a role' })
      .click();
    await page.getByRole('button', { name: /^End Otto Operateur/ }).click();
    await page.getByRole('row', { name: /Otto Operateur for Dora Directie.*ended/ }).waitFor();

    await page.getByRole('button', { name: 'Declare an interest' }).click();
    await page.getByLabel('In what').selectOption(certificate ?? '');
    await page.getByLabel('Explanation').fill('My sister sells this model.');
    await page
      .getByRole('form', { name: 'Declare an interest' })
      .getByRole('button', { name: 'Declare an interest' })
      .click();
    await page.getByRole('row', { name: /My sister sells this model/ }).waitFor();
    await open(`/people/permissions?action=certify%3Asign&object=${certificate}`);
    expect(await headline(page)).toMatch(/^No: You may not sign certificates/);
    await page.getByText('forbids', { exact: true }).first().waitFor();
    await open('/people/organisations');
    await page.getByRole('button', { name: /^It has ended/ }).click();
    await page.getByRole('row', { name: /My sister sells this model.*ended/ }).waitFor();
    await end();
  });

  it('sign by keyboard alone: sign-in, second factor, what waits, the dialog', async () => {
    const { context, page, open, end } = await startVisit(browser);
    const certificate = await certificateAt(context, 'Noorderzorg');
    await open(certificate);
    await becomeByMenu(page, 'Sven Veilig');
    await page.getByRole('button', { name: /^Stop at Noorderzorg/ }).click();
    await giveReason(page, 'Two results did not fit what we saw.', 'Stop at Noorderzorg');
    await page.locator('h1', { hasText: 'suspended' }).waitFor();
    await becomeByMenu(page, 'Klara Kliniek');
    await stepUp(page);
    await page.getByRole('button', { name: /^Propose: lift the site stop/ }).click();
    await giveReason(page, 'It was a wrong list.', 'Propose: lift the site stop');
    await page.getByRole('button', { name: 'Read and sign' }).click();
    await page.getByLabel('I have read the evidence above.').check();
    await giveReason(page, 'The cases were of another list.', 'Sign');
    await page.getByRole('button', { name: 'Read and sign' }).waitFor({ state: 'hidden' });

    await signByKeyboard(page, 'Tilda Toets');
    await open(certificate);
    await page.locator('h1', { hasText: 'is valid at Noorderzorg' }).waitFor();
    await end();
  });
});

/** From the sign-in page to a signature that takes effect, without a pointer. */
async function signByKeyboard(page: Page, name: string): Promise<void> {
  await page.goto('/sign-in?returnTo=/people/to-sign');
  await page.getByRole('button', { name: 'Continue as an invented person' }).waitFor();
  await pressAt(page, 'Continue as an invented person');
  await page.getByRole('button', { name: new RegExp(`^Continue as ${name}`) }).waitFor();
  await pressAt(page, `Continue as ${name}`);
  await page.waitForURL(/\/people\/to-sign/);
  await settled(page);
  await pressAt(page, 'Confirm who you are');
  await page.waitForURL(/\/sign-in/);
  await page.getByRole('button', { name: 'Confirm with a code' }).waitFor();
  await pressAt(page, 'Confirm with a code');
  const code = (await page.locator('.code').textContent()) ?? '';
  await tabTo(page, 'Code');
  await page.keyboard.type(code);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/people\/to-sign/);
  await settled(page);
  await pressAt(page, 'Read and sign');
  await page.getByText('It is the digest you sign.').waitFor();
  await tabTo(page, 'I have read the evidence above.');
  await page.keyboard.press('Space');
  await tabTo(page, 'Your reason');
  await page.keyboard.type('The evidence is unchanged and good.');
  await pressAt(page, 'Sign');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await settled(page);
}

const tabsMax = 120;

/** Moves the focus by Tab until it is on what has this name; the name is that which is read aloud. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let pressed = 0; pressed < tabsMax; pressed += 1) {
    await page.keyboard.press('Tab');
    const spoken = await page.evaluate(() => {
      const element = document.activeElement as HTMLInputElement | null;
      const label = element?.labels?.[0]?.textContent;
      return (label ?? element?.getAttribute('aria-label') ?? element?.textContent ?? '').trim();
    });
    if (spoken.startsWith(name)) return;
  }
  throw new Error(`“${name}” is not reached by ${tabsMax} presses of Tab on ${page.url()}`);
}

async function pressAt(page: Page, name: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
}
