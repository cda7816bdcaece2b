import {
  byCommandsOnly,
  byJobs,
  byMachine,
  byPersonsOnly,
  byRole,
  byVisitors,
  changing,
  confirming,
  deciding,
  everyPerson,
  signing,
  type Word,
} from './expected-table.ts';

/*
 * What the words of the expected table mean in each situation. It knows nothing of the policies, of Cedar, or of the code
 * that decides.
 */

interface Cell {
  who: string;
  action: string;
  relation: string;
}

type Answer = 'yes' | 'sampled-cases' | 'aggregates' | 'step-up' | 'break-glass' | 'no';

/** Where something is, as the one who asks sees it. */
type Place = 'in-general' | 'nowhere' | 'at-home' | 'elsewhere' | 'myself';

const machineKinds = ['machine', 'machine-of-room', 'machine-without-scope', 'commands'];
const cases = 'monitor:read-cases';

/** @param hardRules false: what the permits alone would give. */
export function expectedAnswer(cell: Cell, { hardRules = true } = {}): Answer {
  if (cell.relation === 'by-itself') return byJobs[cell.who] === cell.action ? 'yes' : 'no';
  if (cell.who === 'visitor') {
    return cell.relation.endsWith('in-a-demonstration') ? (byVisitors[cell.action] ?? 'no') : 'no';
  }
  return machineKinds.includes(cell.who) ? ofMachine(cell) : ofPerson(cell, hardRules);
}

function ofMachine({ who, action, relation }: Cell): Answer {
  if (who === 'machine-without-scope') return 'no';
  if (who === 'commands' && byCommandsOnly.includes(action)) return 'yes';
  const word = byMachine[action];
  if (word === undefined) return 'no';
  const where = who === 'commands' ? 'everywhere' : whereOf(word);
  const place = { 'in-general': 'in-general', installation: 'nowhere', 'other-entity': 'elsewhere' }[relation] as Place;
  return isThere(where, place ?? 'at-home') ? answerOf(word) : 'no';
}

const whereOf = (word: Word) => (typeof word === 'string' ? word : word.where);
const answerOf = (word: Word): Answer => (typeof word === 'object' && 'detail' in word ? word.detail : 'yes');

function isThere(where: ReturnType<typeof whereOf>, place: Place): boolean {
  if (where === 'everywhere' || place === 'in-general') return true;
  if (where === 'oneself') return place === 'myself';
  return place === 'at-home' || (where === 'own or new' && place === 'nowhere');
}

const places: Record<string, Place> = {
  'in-general': 'in-general',
  installation: 'nowhere',
  'other-entity': 'elsewhere',
  'other-entity-in-a-demonstration': 'elsewhere',
  oneself: 'myself',
  'delegation-ended': 'elsewhere',
  'project-itself-member': 'elsewhere',
  'project-itself-membership-expired': 'elsewhere',
  'break-glass': 'elsewhere',
  'break-glass-elsewhere': 'elsewhere',
};

function ofPerson(cell: Cell, hardRules: boolean): Answer {
  if (hardRules && isForbidden(cell)) return 'no';
  const { action, relation } = cell;
  const words = wordsOf(cell).filter(([word, place]) => isThere(whereOf(word), place));
  const answers = words.map(([word]): Answer => {
    const isWeak = relation === 'single-factor' && typeof word === 'object' && 'factor' in word;
    return isWeak ? 'step-up' : answerOf(word);
  });
  // An emergency opens every case of the one legal entity.
  if (relation === 'break-glass' && action === cases) answers.push('yes');
  const best = (['yes', 'sampled-cases', 'aggregates', 'step-up'] as const).find((one) => answers.includes(one));
  if (best !== undefined) return best;
  return action === cases && mayOpenEmergency(cell) ? 'break-glass' : 'no';
}

/** Who may, at a place that has an owner: then the no says so. */
const mayOpenEmergency = ({ who, relation }: Cell): boolean =>
  !['in-general', 'installation', 'delegation-ended'].includes(relation) &&
  !relation.startsWith('project-itself') &&
  byRole[who]?.['people:break-glass'] !== undefined;

/** Every word about this action that holds for the person, with the place as seen from the post it comes from. */
function wordsOf({ who, action, relation }: Cell): [Word, Place][] {
  const place = places[relation] ?? 'at-home';
  const ofEvery = everyPerson[action];
  const found: [Word | undefined, Place][] = [];
  if (relation === 'delegated') {
    // The own post is elsewhere; the one handed over is at home where it was handed over.
    found.push([ofEvery, who === 'no-role' ? 'elsewhere' : 'at-home'], [byRole[who]?.[action], 'at-home']);
  } else if (relation === 'delegated-at-home') {
    found.push([ofEvery, 'at-home'], [byRole[who]?.[action], 'elsewhere']);
  } else {
    const held = rolesIn({ who, relation });
    found.push([ofEvery, place], ...held.map((role): [Word | undefined, Place] => [byRole[role]?.[action], place]));
  }
  return found.filter((one): one is [Word, Place] => one[0] !== undefined);
}

const rolesIn = ({ who, relation }: Pick<Cell, 'who' | 'relation'>): string[] => {
  if (relation === 'delegation-ended') return [];
  const more = { 'also-operator': ['operator'], 'also-model-lead': ['model-lead'] }[relation] ?? [];
  return [who, ...more];
};

/** The hard rules: what no permit of any room could give. */
export function isForbidden({ who, action, relation }: Cell): boolean {
  if (who === 'visitor' || relation === 'by-itself' || machineKinds.includes(who))
    return byPersonsOnly.includes(action);
  const held = rolesIn({ who, relation });
  if (held.includes('operator') && signing.includes(action)) return true;
  if (held.includes('model-lead') && confirming.includes(action)) return true;
  if (relation === 'conflicted' && deciding.includes(action)) return true;
  if (/membership-expired$/.test(relation) && changing.includes(action)) return true;
  return ['for-research', 'for-research-membership-expired'].includes(relation) && action === cases;
}
