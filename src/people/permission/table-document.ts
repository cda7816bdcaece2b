import { roles } from '../model.ts';
import type { PolicyText } from './model.ts';
import { createPermissions } from './permissions.ts';
import type { PolicySet } from './policy-set.ts';
import { tableOf } from './routes.ts';
import { answering, jobNames } from './table.ts';

/** `docs/security/permissions.md`: the table and the sentences of the policies, as they are shipped. */
export function permissionDocument(set: PolicySet): string {
  const permissions = createPermissions({ policies: set, directory: { sites: () => [] }, visitors: false });
  return `${[
    '# Who may do what',
    '<!-- Made from policies/*.cedar by HORTUS_WRITE_DOCS=1 npx vitest run table-document; do not edit. -->',
    'Roles by actions. *own*: at the own organisation and its sites; *everywhere*: at every one. A role that was handed over holds at the organisation of the one who handed it over, until its end. What no policy permits, nobody may do; the hard rules at the end hold whatever else is written.',
    personTable(permissions),
    '## Machines, visitors and the installation itself',
    'A machine needs a token whose scopes name the action or its room. Visitors look at demonstrations only.',
    otherTable(set, permissions.actions),
    '## The policies in words',
    ...Object.keys(set.texts.files).flatMap((file) => [
      `### ${file}`,
      set.policies
        .filter((one) => one.file === file)
        .map(inWords)
        .join('\n'),
    ]),
  ].join('\n\n')}\n`;
}

function personTable(permissions: Parameters<typeof tableOf>[0]): string {
  const rows = tableOf(permissions)
    .filter(({ cells }) => cells.some(({ answer }) => answer !== 'no'))
    .map(
      ({ action, cells }) =>
        `| \`${action}\` | ${cells.map(({ answer }) => (answer === 'no' ? '' : answer)).join(' | ')} |`,
    );
  return [`| action | ${roles.join(' | ')} |`, `|---|${roles.map(() => '---|').join('')}`, ...rows].join('\n');
}

function otherTable(set: PolicySet, actions: ReadonlySet<string>): string {
  const answer = answering(set);
  const isYes = (who: string, action: string, relation: string): boolean => answer({ who, action, relation }) !== 'no';
  const rows = [...actions].sort().flatMap((action) => {
    const machine = isYes('machine', action, 'other-entity')
      ? 'everywhere'
      : isYes('machine', action, 'own-site')
        ? 'own'
        : isYes('commands', action, 'in-general')
          ? 'commands on this machine only'
          : '';
    const visitor = isYes('visitor', action, 'in-a-demonstration') ? 'in a demonstration' : '';
    const job = jobNames.filter((name) => isYes(name, action, 'by-itself')).join(', ');
    return machine === '' && visitor === '' && job === ''
      ? []
      : [`| \`${action}\` | ${machine} | ${visitor} | ${job} |`];
  });
  return ['| action | machines | visitors | jobs |', '|---|---|---|---|', ...rows].join('\n');
}

const inWords = ({ id, effect, sentence, source }: PolicyText): string =>
  `- ${effect === 'forbid' ? '**forbidden** ' : ''}\`${id}\`: ${sentence}${source === undefined ? '' : ` *${source}*`}`;
