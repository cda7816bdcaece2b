/*
 * Goal: an engineer with a hunch reaches single cases fast, by filter, by search and by keyboard alone. Method: the
 * same server; the keyboard journey touches no pointer.
 */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { becomeByMenu, headlined, isPossible, openBrowser, settled, startVisit } from './visit.ts';

describe.skipIf(!isPossible)('an engineer', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('filters the missed cases, opens one, and finds it again by its id', async () => {
    const { page, open, end } = await startVisit(browser);
    await open('/monitor/cases');
    await becomeByMenu(page, 'Minna Model');
    const answered = page.waitForResponse(/monitor\/cases\?.*show=missed/);
    await page.getByLabel('Show', { exact: true }).selectOption('missed');
    await answered;
    await settled(page);
    await page.getByRole('row').getByRole('link').first().click();
    await page.waitForURL(/\/monitor\/cases\/[A-Z]+\/.+/);
    const caseId = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1) ?? '');
    await page.locator('main').getByText(caseId).first().waitFor();

    await page.goBack();
    expect(page.url()).toContain('show=missed');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').fill(caseId);
    await page
      .getByRole('option', { name: new RegExp(caseId) })
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/monitor/cases/[A-Z]+/${caseId}`));
    await end();
  });

  it('needs no pointer: skip link, palette, table rows, chart points, dialog', async () => {
    const { page, open, end } = await startVisit(browser);
    await open('/');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    await page.keyboard.press('Control+k');
    await paletteIsFocused(page);
    await page.keyboard.type('suspended');
    await page.getByRole('option', { name: /Westhaven/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/certify\/certificates\/.+/);
    await headlined(page, /suspended at Westhaven/);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');

    // The chart is one stop; the arrow keys walk its points and each says its numbers.
    await tabUntil(page, () => document.activeElement?.classList.contains('chart-stop') ?? false);
    const first = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    await page.keyboard.press('Home');
    const other = await page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(first).toMatch(/suspended/);
    expect(other).not.toBe(first);

    await page.keyboard.press('Control+k');
    await paletteIsFocused(page);
    await page.keyboard.type('ledger');
    await page.getByRole('option', { name: /^Ledger/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/ledger$/);
    await settled(page);
    await tabUntil(page, () => document.activeElement?.hasAttribute('data-opens') ?? false);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/ledger\/\d+/);
    await page.getByText('Everything fits').waitFor();
    await end();
  });
});

/** What is typed before the field has the focus is lost: a person waits for the caret. */
async function paletteIsFocused(page: Page): Promise<void> {
  await page.getByRole('dialog').getByRole('combobox').waitFor();
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox');
}

const tabsMax = 80;

async function tabUntil(page: Page, isThere: () => boolean): Promise<void> {
  for (let presses = 0; presses < tabsMax; presses++) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(isThere)) return;
  }
  throw new Error(`Not reached by ${tabsMax} presses of Tab.`);
}
