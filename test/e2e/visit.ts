import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect, inject } from 'vitest';

/** Whether there is a browser and a server; without them the journeys are skipped, and the setup says so in one line. */
export const isPossible: boolean = inject('chromiumPath') !== '';

const launchOptions = {
  executablePath: inject('chromiumPath'),
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
};

export const openBrowser = (): Promise<Browser> => chromium.launch(launchOptions);

export interface Look {
  width?: number;
  height?: number;
  scheme?: 'light' | 'dark';
}

/** A visit with everything that went wrong in it: messages of the console, failures, requests to anywhere else. */
export interface Visit {
  context: BrowserContext;
  page: Page;
  trouble: string[];
  open(path: string): Promise<void>;
  end(): Promise<void>;
}

/** A fresh reader with an empty browser. Every journey ends with `end()`, which fails if anything went wrong unseen. */
export async function startVisit(
  browser: Browser,
  { width = 1440, height = 900, scheme = 'light' }: Look = {},
): Promise<Visit> {
  const baseURL = inject('hortusUrl');
  const context = await browser.newContext({
    baseURL,
    viewport: { width, height },
    colorScheme: scheme,
    locale: 'en-GB',
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') trouble.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => trouble.push(`page: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(baseURL) && !request.url().startsWith('data:'))
      trouble.push(`request to ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 500) trouble.push(`${response.status()} from ${response.url()}`);
  });
  return {
    context,
    page,
    trouble,
    open: async (path) => {
      await page.goto(path);
      await settled(page);
    },
    end: async () => {
      await context.close();
      expect(trouble).toEqual([]);
    },
  };
}

/** The headline is there and nothing is on its way any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.locator('h1').first().waitFor();
}

export async function headline(page: Page): Promise<string> {
  const [words] = await page.locator('h1').allTextContents();
  return (words ?? '').trim();
}

/** Waits until the page after a click has answered with this headline. */
export async function headlined(page: Page, words: RegExp): Promise<void> {
  await expect.poll(() => headline(page), { timeout: 15_000 }).toMatch(words);
}

/** Becomes a demonstration person by the menu in the bar and the provider's page, as a reader would. */
export async function becomeByMenu(page: Page, name: string): Promise<void> {
  await page.locator('.bar-person').click();
  await page.getByRole('menuitemradio', { name: new RegExp(name) }).click();
  await continueAs(page, name);
}

/** On the page of the embedded provider. */
export async function continueAs(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: new RegExp(`^Continue as ${name}`) }).click();
  await page.locator('.bar-person', { hasText: name }).waitFor();
  await settled(page);
}

/** Confirms who one is by the code that stands in for a second factor, and comes back to the page one was on. */
export async function stepUp(page: Page): Promise<void> {
  const { pathname, search } = new URL(page.url());
  await page.goto(`/sign-in?${new URLSearchParams({ stepUp: '1', returnTo: `${pathname}${search}` })}`);
  await page.getByRole('button', { name: 'Confirm with a code' }).click();
  const code = (await page.locator('.code').textContent()) ?? '';
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await page.waitForURL((url) => url.pathname === pathname);
  await settled(page);
}

/** Types a reason into the open dialog and presses the act. */
export async function giveReason(page: Page, reason: string, act: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Your reason').fill(reason);
  await dialog.getByRole('button', { name: act }).click();
  await dialog.waitFor({ state: 'hidden' });
  await settled(page);
}

interface ListedCertificate {
  id: string;
  sites: { name: string; effectiveStatus: string }[];
}

/** The address of the certificate at a site. */
export async function certificateAt(context: BrowserContext, site: string): Promise<string> {
  const answer = await context.request.get('/api/v1/certify/certificates');
  const { certificates } = (await answer.json()) as { certificates: ListedCertificate[] };
  const found = certificates.find(({ sites }) => sites.some(({ name }) => name.startsWith(site)));
  if (found === undefined) throw new Error(`The demonstration has a certificate at ${site}.`);
  return `/certify/certificates/${found.id}`;
}
