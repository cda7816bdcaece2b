/*
 * Goal: somebody who knows nothing follows one story by links alone, from the overview to a proof computed in the
 * browser. Method: the built server with the demonstration, a real browser, no shortcut through the API.
 */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headline, headlined, isPossible, openBrowser, settled, startVisit } from './visit.ts';

describe.skipIf(!isPossible)('a visitor', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('goes from the overview to the suspended certificate, its claim, its deficiency and the change', async () => {
    const { page, open, end } = await startVisit(browser);
    await open('/');
    expect(await headline(page)).toBe('1 of 2 certificates needs attention.');
    await expect.poll(() => page.getByText('Simulated data.').isVisible()).toBe(true);

    await page.getByRole('link', { name: /Certificate of ProstateRisk 2\.1 at Westhaven/ }).click();
    await headlined(page, /is suspended at Westhaven .* since 30 August 2021: .*probabilities/);
    await page.getByText('not a CE certificate').first().waitFor();
    await page.getByRole('group', { name: /Status at each site/ }).waitFor();

    await page
      .getByRole('link', { name: /mean probability is within/ })
      .first()
      .click();
    await page.waitForURL(/\/monitor\/claims\//);
    await headlined(page, /mean probability|probabilit/i);
    await page.locator('svg.chart').first().waitFor();

    const rail = page.getByRole('navigation', { name: 'Rooms' });
    await rail.getByRole('link', { name: 'Calibration' }).click();
    await page.waitForURL(/\/monitor\/calibration/);
    await page.locator('svg.chart').first().waitFor();

    await rail.getByRole('link', { name: 'Deficiencies' }).click();
    await page.waitForURL(/\/monitor\/deficiencies/);
    await settled(page);
    await page.getByRole('row').getByRole('link').first().click();
    await page.waitForURL(/\/monitor\/deficiencies\/.+/);
    await headlined(page, /Westhaven/);

    await rail.getByRole('link', { name: 'Models and changes' }).click();
    await page.waitForURL(/\/develop\/models/);
    await page.locator('main').getByText(/2\.2/).first().waitFor();
    await end();
  });

  it('sees a ledger entry verified by the own browser, and sees the check fail when a byte is changed', async () => {
    const { page, open, end } = await startVisit(browser);
    await open('/ledger?kind=status-change');
    expect(await headline(page)).toMatch(/The ledger holds [\d,]+ acts, in order and signed\./);
    await page.getByText(/keeps the checkpoint now/).waitFor();
    await page.getByRole('row').getByRole('link').first().click();
    await page.waitForURL(/\/ledger\/\d+/);
    await page.getByText('Everything fits').waitFor();
    expect(await page.locator('.proof-step').count()).toBe(6);
    expect(await page.locator('.proof-step', { hasText: 'verified' }).count()).toBe(6);

    await page.getByRole('button', { name: 'Change one byte and try again' }).click();
    await page.getByText('It does not fit').waitFor();
    expect(await page.locator('.proof-step', { hasText: 'failed' }).count()).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Put it back' }).click();
    await page.getByText('Everything fits').waitFor();

    await page.getByLabel('Verifier key').fill('somebody.else+00000000+AAAA');
    await page.getByText('It does not fit').waitFor();

    await open('/ledger');
    await page.getByText(/It is as this browser saw it last|the ledger only grew/).waitFor();
    await end();
  });

  it('travels in time: before the upgrade the certificate at Westhaven held', async () => {
    const { page, open, end } = await startVisit(browser);
    await open('/');
    await page.getByRole('button', { name: 'As of today' }).click();
    await page.getByLabel('As of', { exact: true }).fill('2020-12-31');
    await page.getByRole('button', { name: 'Travel to this day' }).click();
    await page.getByText(/You are looking at what was known on/).waitFor();
    await settled(page);
    expect(page.url()).toContain('asOf=2020-12-31');
    await page.getByRole('link', { name: /Certificate of ProstateRisk 2\.1 at Westhaven/ }).click();
    await settled(page);
    await headlined(page, /is valid.* at Westhaven/);
    expect(page.url()).toContain('asOf=2020-12-31');
    await page.getByRole('button', { name: 'Back to today' }).click();
    await page.locator('h1', { hasText: 'suspended' }).waitFor();
    await end();
  });
});
