import { useQuery } from '@tanstack/react-query';
import type { CertificateView } from '../../src/certify/contract.ts';
import type { DeficiencySummary } from '../../src/monitor/contract.ts';
import { notificationsQuery } from '../rooms/people/people-questions.ts';
import { proposalsQuery } from '../rooms/people/proposals/proposals.ts';
import { certificatesQuery, deficienciesQuery } from './questions.ts';
import { type Session, type Site, useSession, useSites } from './session.ts';

/** Something on a certificate that one of several roles must do. */
export interface CertificateTask {
  key: string;
  certificate: CertificateView;
  /** Of the worst site it concerns. */
  site: CertificateView['sites'][number];
  what: string;
  by: string[];
  /** Since when it is open; null for what has a date of its own. */
  since: string | null;
  due: string | null;
}

type Reader = Pick<Session, 'roles' | 'organisationId' | 'isOfHospital'>;

/** The server writes roles in words: `safety officer`. */
const inWords = (role: string): string => role.replaceAll('-', ' ');

/** Every task of every certificate once, those with the nearest end first. A task of the whole certificate is one task. */
export function tasksOf(certificates: readonly CertificateView[]): CertificateTask[] {
  const tasks = new Map<string, CertificateTask>();
  for (const certificate of certificates) {
    for (const site of certificate.sites) {
      for (const { what, by, since, due } of site.toDo) {
        const key = `${certificate.id} ${what}`;
        if (!tasks.has(key)) tasks.set(key, { key, certificate, site, what, by, since, due });
      }
    }
  }
  return [...tasks.values()].sort((a, b) => (a.due ?? '9999').localeCompare(b.due ?? '9999'));
}

const soonDays = 90;

/** Whether a task is for now: what has no date, and what ends within a quarter of a year. The rest is a clock that runs. */
export const isSoon = ({ due }: Pick<CertificateTask, 'due'>, today: string): boolean =>
  due === null || Date.parse(due) - Date.parse(today) <= soonDays * 86_400_000;

/** Whether a task waits for this reader: by role, and for a hospital's people only at home. */
export const isMine = (task: CertificateTask, reader: Reader): boolean =>
  reader.roles.some((role) => task.by.includes(inWords(role))) &&
  (!reader.isOfHospital || reader.organisationId === task.certificate.legalEntityId);

export const isOpen = ({ state }: DeficiencySummary): boolean => state !== 'closed' && state !== 'dismissed';

/** Whether a deficiency is one of this reader's organisation; an assessor or patients' organisation sees all. */
export function isOfReader(deficiency: DeficiencySummary, reader: Reader, sites: readonly Site[]): boolean {
  if (reader.organisationId === undefined) return false;
  if (!reader.isOfHospital) return true;
  const site = sites.find(({ code }) => code === deficiency.siteCode);
  return site === undefined || site.legalEntityId === reader.organisationId;
}

/** How many things wait for whoever is signed in, by the id of a page of the rail. Nobody waits for a visitor. */
export function useWaiting(today: string): Record<string, number> {
  const session = useSession();
  const sites = useSites();
  const isPerson = session.person !== undefined;
  const certificates = useQuery({ ...certificatesQuery({}), enabled: isPerson }).data?.certificates ?? [];
  const deficiencies = useQuery({ ...deficienciesQuery, enabled: isPerson }).data?.deficiencies ?? [];
  const maySign = isPerson && session.mayDo('people:sign-proposal');
  const toSign = useQuery({ ...proposalsQuery({ show: 'mine' }), enabled: maySign }).data?.proposals ?? [];
  const mayBeTold = isPerson && session.mayDo('people:read-notifications');
  const told = useQuery({ ...notificationsQuery, enabled: mayBeTold }).data?.notifications ?? [];
  if (!isPerson) return {};
  const mayTriage = session.mayDo('monitor:triage-deficiency');
  return {
    certificates: tasksOf(certificates).filter((task) => isMine(task, session) && isSoon(task, today)).length,
    deficiencies: mayTriage ? deficiencies.filter((one) => isOpen(one) && isOfReader(one, session, sites)).length : 0,
    people: toSign.length + told.filter(({ readAt }) => readAt === undefined).length,
  };
}
