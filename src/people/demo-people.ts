import type { LegalEntityId } from '#kernel';
import { systemActor } from './acts.ts';
import type { Organisation, Person, Role, Site } from './model.ts';
import type { People } from './service.ts';

interface DemoOrganisation {
  name: string;
  kind: Organisation['kind'];
  siteCode?: string;
  persons: readonly [name: string, roles: readonly Role[]][];
}

/** Invented hospitals, invented people: each name says its role, so that nobody is taken for a real person. */
const demoOrganisations: readonly DemoOrganisation[] = [
  {
    name: 'Noorderzorg (invented)',
    kind: 'legal-entity',
    siteCode: 'NOORDERZORG',
    persons: [
      ['Klara Kliniek', ['clinical-owner']],
      ['Moritz Model', ['model-lead']],
      ['Regina Regel', ['regulatory-lead']],
      ['Sven Veilig', ['safety-officer']],
      ['Dora Directie', ['deployer-management']],
      ['Otto Operateur', ['operator']],
    ],
  },
  {
    name: 'Westhaven (invented)',
    kind: 'legal-entity',
    siteCode: 'WESTHAVEN',
    persons: [
      ['Karel Kliniek', ['clinical-owner']],
      ['Minna Model', ['model-lead']],
      ['Rufus Regel', ['regulatory-lead']],
      ['Saskia Veilig', ['safety-officer']],
      ['Dirk Directie', ['deployer-management']],
      ['Olga Operateur', ['operator']],
    ],
  },
  {
    name: 'Heidestad (invented)',
    kind: 'legal-entity',
    siteCode: 'HEIDESTAD',
    persons: [
      ['Katrien Kliniek', ['clinical-owner']],
      ['Mats Model', ['model-lead']],
      ['Rosa Regel', ['regulatory-lead']],
      ['Stijn Veilig', ['safety-officer']],
      ['Dineke Directie', ['deployer-management']],
      ['Oskar Operateur', ['operator']],
    ],
  },
  {
    name: 'Onafhankelijk Toetsbureau (invented)',
    kind: 'assessor',
    persons: [
      ['Tilda Toets', ['assessor']],
      ['Thijs Toets', ['assessor']],
    ],
  },
  {
    name: 'Prostaatpanel (invented)',
    kind: 'patients',
    persons: [['Piet Patiëntenstem', ['patient-representative']]],
  },
];

export interface DemoPeople {
  organisations: Organisation[];
  sites: Site[];
  persons: Person[];
}

/**
 * Creates the organisations, sites and persons of the demonstration. Each hospital is a legal entity of its own.
 * What is already there is left as it is, so a start that was interrupted can go on.
 */
export async function seedDemoPeople(
  people: People,
  questions: {
    organisations(): Promise<Organisation[]>;
    sites(): Promise<Site[]>;
    demoPersons(): Promise<Person[]>;
  },
): Promise<DemoPeople> {
  const organisations = new Map((await questions.organisations()).map((known) => [known.name, known]));
  const sites = new Map((await questions.sites()).map((known) => [known.code, known]));
  const persons = new Map((await questions.demoPersons()).map((known) => [known.name, known]));
  for (const { name, kind, siteCode, persons: wanted } of demoOrganisations) {
    const organisation = organisations.get(name) ?? (await people.registerOrganisation(systemActor, { name, kind }));
    organisations.set(name, organisation);
    if (siteCode !== undefined && !sites.has(siteCode)) {
      sites.set(siteCode, await registerDemoSite(people, siteCode, organisation.id));
    }
    for (const [personName, roles] of wanted) {
      if (persons.has(personName)) continue;
      const given = { name: personName, organisationId: organisation.id, roles, isDemo: true };
      persons.set(personName, await people.registerPerson(systemActor, given));
    }
  }
  return { organisations: [...organisations.values()], sites: [...sites.values()], persons: [...persons.values()] };
}

function registerDemoSite(people: People, code: string, legalEntityId: LegalEntityId): Promise<Site> {
  const name = `${code.charAt(0)}${code.slice(1).toLowerCase()} (invented)`;
  return people.registerSite(systemActor, { code, name, legalEntityId });
}
