import type { PlainKey } from '../messages/translate.ts';

/** A page of the rail: its address, its name, and the id under which the server says how much waits there. */
export interface RailEntry {
  id: string;
  to: string;
  label: PlainKey;
  /** Without this action the page has nothing to show to whoever asks, and is not offered. */
  action?: string;
}

export const overviewPage: RailEntry = { id: 'overview', to: '/', label: 'shell.room.overview' };

/** The rooms of the loop, in the order in which a case passes through. */
export const loopRooms: { id: string; label: PlainKey; pages: RailEntry[] }[] = [
  {
    id: 'develop',
    label: 'shell.room.develop',
    pages: [{ id: 'models', to: '/develop/models', label: 'shell.page.models' }],
  },
  {
    id: 'monitor',
    label: 'shell.room.monitor',
    pages: [
      { id: 'claims', to: '/monitor/claims', label: 'shell.page.claims' },
      { id: 'calibration', to: '/monitor/calibration', label: 'shell.page.calibration' },
      { id: 'exploration', to: '/monitor/exploration', label: 'shell.page.exploration' },
      { id: 'cases', to: '/monitor/cases', label: 'shell.page.cases', action: 'monitor:read-cases' },
      { id: 'deficiencies', to: '/monitor/deficiencies', label: 'shell.page.deficiencies' },
    ],
  },
  {
    id: 'certify',
    label: 'shell.room.certify',
    pages: [{ id: 'certificates', to: '/certify/certificates', label: 'shell.page.certificates' }],
  },
];

/** What all rooms share. */
export const sharedPages: RailEntry[] = [
  { id: 'ledger', to: '/ledger', label: 'shell.room.ledger' },
  { id: 'people', to: '/people', label: 'shell.room.people' },
];

/** The pages about whoever is signed in. */
export const accountPages: RailEntry[] = [
  { id: 'account', to: '/people/account', label: 'people.tab.account' },
  { id: 'to-sign', to: '/people/to-sign', label: 'people.tab.to-sign', action: 'people:sign-proposal' },
];

/** Pages that the rail does not show: the tabs of their room and the palette lead there. */
export const peoplePages: RailEntry[] = [
  { id: 'permissions', to: '/people/permissions', label: 'people.permissions.title', action: 'people:read-policies' },
  {
    id: 'organisations',
    to: '/people/organisations',
    label: 'people.tab.organisations',
    action: 'people:read-organisations',
  },
  { id: 'access', to: '/people/access', label: 'people.access.title', action: 'people:read-access-record' },
  ...accountPages,
];
