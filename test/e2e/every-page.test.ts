/*
 * Goal: every page can be read by everybody: wide and narrow, light and dark, by assistive technology, without a
 * request to anywhere else and without an error nobody saw. Method: open each, measure, and let axe judge it.
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seriousViolations } from './accessibility.ts';
import { certificateAt, headline, isPossible, type Look, openBrowser, startVisit } from './visit.ts';

const looks: [name: string, look: Look][] = [
  ['wide and light', { width: 1440, height: 900, scheme: 'light' }],
  ['narrow and dark', { width: 390, height: 844, scheme: 'dark' }],
];
const widths = [320, 768, 1024];

interface Ids {
  claims: { claims: { id: string; streams: { level: number }[] }[] };
  deficiencies: { deficiencies: { id: string }[] };
  cases: { cases: { siteCode: string; caseId: string }[] };
}

async function everyPage(context: BrowserContext): Promise<string[]> {
  const get = async <Name extends keyof Ids>(name: Name): Promise<Ids[Name]> =>
    (await (await context.request.get(`/api/v1/monitor/${name}`)).json()) as Ids[Name];
  const alarmed = (await get('claims')).claims.find(({ streams }) => streams.some(({ level }) => level > 0));
  const [deficiency] = (await get('deficiencies')).deficiencies;
  const [one] = (await get('cases')).cases;
  return [
    '/',
    '/develop/models',
    '/monitor/claims',
    `/monitor/claims/${alarmed?.id}`,
    '/monitor/calibration',
    '/monitor/exploration',
    '/monitor/cases',
    `/monitor/cases/${one?.siteCode}/${one?.caseId}`,
    '/monitor/deficiencies',
    `/monitor/deficiencies/${deficiency?.id}`,
    '/certify/certificates',
    await certificateAt(context, 'Westhaven'),
    '/ledger',
    '/ledger/7',
    '/people',
    '/people/organisations',
    '/no/such/page',
  ];
}

/** Where a page is wider than its window: as it is, and at widths in between. The window is left as it was. */
async function tooWide(page: Page): Promise<string[]> {
  const before = page.viewportSize() ?? { width: 1440, height: 900 };
  const wrong: string[] = [];
  for (const width of [...widths, before.width]) {
    await page.setViewportSize({ ...before, width });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (overflow > 0) wrong.push(`${overflow} px too wide at ${width}`);
  }
  return wrong;
}

describe.skipIf(!isPossible)('every page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it.each(looks)('is readable by everybody when %s', async (_name, look) => {
    const visit = await startVisit(browser, look);
    const wrong: string[] = [];
    for (const path of await everyPage(visit.context)) {
      await visit.open(path);
      if ((await headline(visit.page)) === '') wrong.push(`${path}: no headline`);
      for (const one of [...(await seriousViolations(visit.page)), ...(await tooWide(visit.page))])
        wrong.push(`${path}: ${one}`);
    }
    expect(wrong).toEqual([]);
    await visit.end();
  });
});
