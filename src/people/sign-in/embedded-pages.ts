import { randomBytes } from 'node:crypto';
import type { DemoPerson } from './embedded-provider.ts';

/** A whole answer; its policy lets the page show itself, post to this server, and nothing else. */
export interface ShownPage {
  status: number;
  type: string;
  body: string;
  headers: Record<string, string>;
}

/** The pages of the embedded provider: plain HTML without scripts, so that they work anywhere and need no build. */
const style = `
:root { color-scheme: light dark; --ink: #1a2422; --dim: #51605c; --ground: #f6f7f5; --card: #fff; --line: #c9d1cd; --act: #0b6b5d; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8edea; --dim: #a4b1ac; --ground: #121716; --card: #1b2220; --line: #39443f; --act: #5cc3b0; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 44rem; margin: 0 auto; padding: 32px 16px; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 8px; }
h2 { font-size: 1rem; margin: 24px 0 8px; }
p { margin: 0 0 16px; max-width: 38rem; }
.note { border-left: 4px solid #b06f00; padding-left: 12px; color: var(--dim); }
form { margin: 0; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 8px; }
button { width: 100%; text-align: left; font: inherit; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 8px 12px; cursor: pointer; }
button:hover, button:focus-visible { border-color: var(--act); outline: 2px solid var(--act); outline-offset: 1px; }
button small { display: block; color: var(--dim); }
.first button { border-color: var(--act); border-width: 2px; }
.code { font: 600 2rem/1.2 ui-monospace, monospace; letter-spacing: 0.2em; }
input { font: 1.25rem ui-monospace, monospace; letter-spacing: 0.2em; width: 10rem; padding: 8px; border: 1px solid var(--dim); border-radius: 6px; background: var(--card); color: inherit; }
label { display: block; margin-bottom: 4px; }
.row { display: grid; gap: 12px; max-width: 20rem; }
`;

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const text = (plain: string): string => plain.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? '');

function page(title: string, content: string, status = 200): ShownPage {
  const nonce = randomBytes(18).toString('base64');
  const body = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(title)} · Hortus demonstration</title><style nonce="${nonce}">${style}</style></head>
<body><main><h1>${text(title)}</h1>
${content}
</main></body></html>`;
  const policy = [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { status, type: 'text/html; charset=utf-8', body, headers: { 'content-security-policy': policy } };
}

const note =
  '<p class="note">This is a demonstration: these people are invented, and anybody at this machine may be any of them. In use, a hospital’s own identity provider stands here.</p>';

const roleWords = (roles: readonly string[]): string => roles.join(', ').replaceAll('-', ' ');

const personButton = ({ id, name, roles, organisationName }: DemoPerson): string =>
  `<button name="person" value="${text(id)}">Continue as ${text(name)}<small>${text(roleWords(roles))} · ${text(organisationName)}</small></button>`;

export function choicePage({
  path,
  persons,
  hinted,
}: {
  path: string;
  persons: readonly DemoPerson[];
  hinted: DemoPerson | undefined;
}): ShownPage {
  const others = persons.filter(({ id }) => id !== hinted?.id);
  const organisations = [...new Set(others.map(({ organisationName }) => organisationName))];
  const groups = organisations.map((organisation) => {
    const buttons = others
      .filter(({ organisationName }) => organisationName === organisation)
      .map((person) => `<li>${personButton(person)}</li>`);
    return `<h2>${text(organisation)}</h2><ul>${buttons.join('')}</ul>`;
  });
  const first =
    hinted === undefined ? '' : `<ul class="first"><li>${personButton(hinted)}</li></ul><h2>Or as somebody else</h2>`;
  return page(
    'Who do you want to be?',
    `${note}<form method="post" action="${text(path)}">${first}${groups.join('')}</form>`,
  );
}

export function codePage({
  path,
  person,
  code,
  wasWrong,
}: {
  path: string;
  person: DemoPerson;
  code: string;
  wasWrong: boolean;
}): ShownPage {
  const wrong = wasWrong
    ? '<p role="alert"><strong>That is not the code that is shown.</strong> Type it again.</p>'
    : '';
  return page(
    `Confirm that you are ${person.name}`,
    `<p class="note">This is a demonstration of a second factor: the code that a real one would send to your own device is simply shown here.</p>
<p>Your code is <span class="code">${text(code)}</span></p>${wrong}
<form method="post" action="${text(path)}" class="row"><input type="hidden" name="person" value="${text(person.id)}">
<div><label for="code">Code</label><input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,8}" required autofocus></div>
<button>Confirm</button></form>`,
  );
}

export const errorPage = (code: string): ShownPage =>
  page(
    'This sign-in cannot go on',
    `<p>${code === 'expired' ? 'It is too old, or was begun in another browser.' : `The demonstration’s provider answers: ${text(code)}.`} Nothing has changed; <a href="/sign-in">start again</a>.</p>`,
    400,
  );

/** The library's own form asks for consent by its id; the button belongs to it. */
export const signOutPage = (form: string): ShownPage =>
  page(
    'Sign out of the demonstration?',
    `${form}<div class="row"><button type="submit" form="op.logoutForm" value="yes" name="logout">Sign out</button></div>`,
  );
