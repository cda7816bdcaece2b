/*
 * Goal: the acts that protect patients work as people do them: a safety officer stops a site alone, and it takes two
 * persons in different roles to lift it. Method: three persons, one after the other, at Noorderzorg; at the end its
 * certificate is as before.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  becomeByMenu,
  certificateAt,
  continueAs,
  giveReason,
  headline,
  isPossible,
  openBrowser,
  settled,
  startVisit,
  stepUp,
} from './visit.ts';

describe.skipIf(!isPossible)('four eyes', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('let a safety officer stop a site at once, and an owner and an assessor lift the stop together', async () => {
    const { context, page, open, end } = await startVisit(browser);
    await open('/');
    const certificate = await certificateAt(context, 'Noorderzorg');

    await becomeByMenu(page, 'Sven Veilig');
    await open(certificate);
    expect(await headline(page)).toMatch(/is valid at Noorderzorg/);
    await page.getByRole('button', { name: 'Ask as a viewer would' }).click();
    await page.getByText('Yes, it may be shown').waitFor();
    await page.getByRole('button', { name: /^Stop at Noorderzorg/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('is not shown to anyone at Noorderzorg').waitFor();
    expect(await dialog.getByRole('button', { name: /^Stop at/ }).isDisabled()).toBe(true);
    await giveReason(page, 'Three results in a row did not fit what we saw.', 'Stop at Noorderzorg');
    await page.locator('h1', { hasText: 'suspended' }).waitFor();
    expect(await headline(page)).toMatch(/the site stopped it: Three results in a row/);
    await page.getByRole('button', { name: 'Ask as a viewer would' }).click();
    await page.getByText('No, it must not be shown').waitFor();

    await becomeByMenu(page, 'Klara Kliniek');
    await page.getByRole('button', { name: /^Propose: lift the site stop/ }).click();
    await giveReason(page, 'Read again with a second radiologist: it was a wrong list.', 'Propose: lift the site stop');
    await page.getByRole('link', { name: 'Confirm who you are' }).waitFor();
    await stepUp(page);
    await page.getByRole('button', { name: 'Read and sign' }).click();
    await page.getByText('It is the digest you sign.').waitFor();
    await page.getByLabel('I have read the evidence above.').check();
    await giveReason(page, 'The three cases were of another patient list.', 'Sign');
    expect(await headline(page)).toMatch(/suspended/);
    expect(await page.getByRole('button', { name: 'Read and sign' }).count()).toBe(0);

    await becomeByMenu(page, 'Tilda Toets');
    await stepUp(page);
    await page.getByRole('button', { name: 'Read and sign' }).click();
    await page.getByText(/With your signature the act takes effect at once/).waitFor();
    await page.getByLabel('I have read the evidence above.').check();
    await giveReason(page, 'The evidence at Noorderzorg is unchanged and good.', 'Sign');
    await page.locator('h1', { hasText: 'is valid at Noorderzorg' }).waitFor();
    await page.getByText('Site stop lifted').first().waitFor();
    await settled(page);
    await end();
  });

  it('offer a visitor nothing to press, and a stranger of another hospital no stop', async () => {
    const { context, page, open, end } = await startVisit(browser);
    const certificate = await certificateAt(context, 'Noorderzorg');
    await open(certificate);
    await page.getByText('Sign in to act. Everybody may read.').waitFor();
    await becomeByMenu(page, 'Saskia Veilig');
    await page.getByText('What you may do').waitFor();
    expect(await page.getByRole('button', { name: /^Stop at/ }).count()).toBe(0);
    await end();
  });

  it('let the operator give a machine access, whose secret is shown once, and end it', async () => {
    const { page, open, end } = await startVisit(browser);
    await open('/people');
    await page.getByRole('button', { name: 'Become Otto Operateur' }).click();
    await continueAs(page, 'Otto Operateur');
    await page.locator('h1', { hasText: 'Otto Operateur' }).waitFor();
    await open('/people/account');
    await page.getByRole('button', { name: 'Give a machine access' }).click();
    await page.getByLabel('Name of the machine').fill('Workstation 7');
    await page.getByRole('button', { name: 'Give a machine access' }).click();
    await page.getByText('shown this once').first().waitFor();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByText('shown this once').first().waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Revoke Workstation 7' }).click();
    await page
      .getByRole('row', { name: /Workstation 7/ })
      .getByText('revoked')
      .waitFor();
    await end();
  });
});
