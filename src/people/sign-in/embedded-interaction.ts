import { randomInt, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { utf8 } from '#kernel';
import { choicePage, codePage, errorPage, type ShownPage } from './embedded-pages.ts';
import { type DemoPerson, demoAcr } from './embedded-provider.ts';

const codesMax = 1000;

/** The pages on which somebody becomes one of the invented people, and confirms it where a second factor is asked for. */
export function demoInteraction({
  provider,
  persons,
}: {
  provider: Provider;
  persons(): Promise<DemoPerson[]>;
}): (raw: IncomingMessage & { body?: unknown }, answer: ServerResponse) => Promise<void> {
  /** Codes that were shown, by sign-in; the oldest are forgotten. */
  const codes = new Map<string, string>();
  const codeFor = (uid: string): string => {
    const code = codes.get(uid) ?? String(randomInt(1_000_000)).padStart(6, '0');
    codes.set(uid, code);
    const [oldest] = codes.keys();
    if (codes.size > codesMax && oldest !== undefined) codes.delete(oldest);
    return code;
  };
  return async (raw, answer) => {
    const details = await provider.interactionDetails(raw, answer).catch(() => undefined);
    if (details === undefined) return send(answer, errorPage('expired'));
    const { uid, params } = details;
    const everybody = await persons();
    const form = new URLSearchParams(typeof raw.body === 'string' ? raw.body : '');
    const asked = raw.method === 'POST' ? form.get('person') : undefined;
    const hinted = everybody.find(({ id }) => id === params.login_hint);
    const chosen = everybody.find(({ id }) => id === asked);
    const asksForCode = String(params.acr_values ?? '')
      .split(' ')
      .includes(demoAcr);
    const path = `/oidc/interaction/${uid}`;
    const person = chosen ?? (asksForCode ? hinted : undefined);
    if (person === undefined) return send(answer, choicePage({ path, persons: everybody, hinted }));
    if (asksForCode && !isSame(form.get('code') ?? '', codes.get(uid))) {
      return send(answer, codePage({ path, person, code: codeFor(uid), wasWrong: form.has('code') }));
    }
    codes.delete(uid);
    await forgetAnother(provider, details, person.id);
    await provider.interactionFinished(raw, answer, {
      login: {
        accountId: person.id,
        remember: false,
        ...(asksForCode ? { acr: demoAcr, amr: ['otp'] } : { amr: [] }),
      },
    });
  };
}

/** The library would ask somebody who becomes another person to sign out first, on a page that needs a script. */
async function forgetAnother(
  provider: Provider,
  interaction: Awaited<ReturnType<Provider['interactionDetails']>>,
  personId: string,
): Promise<void> {
  const { session } = interaction;
  if (session === undefined || session.accountId === personId) return;
  const stored = await provider.Session.findByUid(session.uid);
  await stored?.destroy();
  delete interaction.session;
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1000));
}

function isSame(given: string, wanted: string | undefined): boolean {
  const [one, other] = [utf8(given.replaceAll(/\s/g, '')), utf8(wanted ?? '')];
  return wanted !== undefined && one.length === other.length && timingSafeEqual(one, other);
}

function send(answer: ServerResponse, { status, type, body, headers }: ShownPage): void {
  answer.writeHead(status, { ...headers, 'content-type': type, 'cache-control': 'no-store' });
  answer.end(body);
}
