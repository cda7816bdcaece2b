import type { CertificateDetailView } from '../../../src/certify/contract.ts';
import { t, tMaybe } from '../../messages/translate.ts';
import { type Actor, type ImmediateAct, roleForAct, roleForSigning, type SignedAct, signedActs } from './who-may.ts';

/** Something a person may do here and now, with what will happen and what it needs. */
export interface Offer {
  key: string;
  label: string;
  /** What is answered, where the act is an answer. */
  about?: { key: string; text: string; since: string };
  happens: string;
  asRole: string;
  /** A raise is proposed and signed by two; anything else is done at once. */
  isProposal: boolean;
  /** Which text is asked for beside the reason. */
  asks?: 'imposeCondition' | 'restrict';
  /** A document that the act mirrors must be named by its digest. */
  needsDocument: boolean;
  body: (text: string) => Record<string, unknown>;
}

type Site = CertificateDetailView['sites'][number];
type Given = Pick<Offer, 'label' | 'happens' | 'body' | 'about'> & { key?: string; asks?: NonNullable<Offer['asks']> };

const served = ['valid', 'provisional'];
const list = new Intl.ListFormat('en');

/** The server words a site's own stop so; it is the one sign of it in the answer. */
const isStopped = (site: Site): boolean => site.reasons.some((reason) => reason.startsWith('the site stopped it'));

/** Acts that take effect at once: each lowers, asks or answers. */
export function offersNow(certificate: CertificateDetailView, actor: Actor): Offer[] {
  const offer = (act: ImmediateAct, given: Given): Offer[] => {
    const asRole = roleForAct(act, actor, certificate);
    if (asRole === undefined) return [];
    const { asks, key, ...rest } = given;
    return [
      {
        ...rest,
        key: key ?? act,
        asRole,
        isProposal: false,
        needsDocument: false,
        ...(asks === undefined ? {} : { asks }),
      },
    ];
  };
  const { base, sites, tasks, stopRequests } = certificate;
  return [
    ...tasks
      .filter((task) => task.kind !== 'consider-reinstatement' && task.kind !== 'answer-stop-request')
      .filter((task) => actor.roles.some((role) => task.by.includes(role.replaceAll('-', ' '))))
      .flatMap((task) =>
        (['confirmed', 'rejected'] as const).flatMap((outcome) =>
          offer('answerTask', {
            key: `${task.id} ${outcome}`,
            label: t(`certify.act.answerTask.${outcome}`),
            about: { key: task.id, text: task.why, since: task.openedAt },
            happens: t('certify.act.answerTask.happens'),
            body: () => ({ type: 'answerTask', taskId: task.id, outcome }),
          }),
        ),
      ),
    ...stopRequests
      .filter((request) => request.answer === null)
      .flatMap((request) =>
        (['stopped', 'not-stopped'] as const).flatMap((outcome) =>
          offer('answerStopRequest', {
            key: `${request.id} ${outcome}`,
            label: t(`certify.act.answerStop.${outcome}`),
            about: { key: request.id, text: request.reason, since: request.at },
            happens: t(`certify.act.answerStop.${outcome}.happens`),
            body: () => ({ type: 'answerStopRequest', requestId: request.id, outcome }),
          }),
        ),
      ),
    ...(base === 'draft'
      ? offer('submit', simple('submit'))
      : base === 'submitted'
        ? offer('refuse', simple('refuse'))
        : []),
    ...(served.includes(base) ? sites.flatMap((site) => offersAtSite(site, offer)) : []),
    ...(served.includes(base) ? offer('withdraw', simple('withdraw')) : []),
  ];
}

const simple = (act: 'submit' | 'refuse' | 'withdraw') => ({
  label: t(`certify.act.${act}`),
  happens: t(`certify.act.${act}.happens`),
  body: () => ({ type: act }),
});

function offersAtSite(site: Site, offer: (act: ImmediateAct, given: Given) => Offer[]): Offer[] {
  const values = { site: site.name, model: site.modelLabel };
  const siteIds = [site.siteId];
  const at = (act: 'siteStop' | 'suspend' | 'imposeCondition' | 'restrict' | 'requestStop') => ({
    key: `${act} ${site.siteId}`,
    label: t(`certify.act.${act}`, values),
    happens: tMaybe(`certify.act.${act}.happens`, values) ?? '',
  });
  const isSuspended = site.effectiveStatus === 'suspended';
  return [
    ...(isStopped(site)
      ? []
      : offer('siteStop', { ...at('siteStop'), body: () => ({ type: 'siteStop', siteId: site.siteId }) })),
    ...(isSuspended
      ? []
      : offer('requestStop', { ...at('requestStop'), body: () => ({ type: 'requestStop', siteIds }) })),
    ...(isSuspended ? [] : offer('suspend', { ...at('suspend'), body: () => ({ type: 'suspend', siteIds }) })),
    ...offer('imposeCondition', {
      ...at('imposeCondition'),
      asks: 'imposeCondition',
      body: (text) => ({ type: 'imposeCondition', text, siteIds }),
    }),
    ...offer('restrict', {
      ...at('restrict'),
      asks: 'restrict',
      body: (predicate) => ({ type: 'restrict', predicate, siteIds }),
    }),
  ];
}

/** The kind of proposal that a raise becomes: `certify:lift-site-stop` of `liftSiteStop`. */
const kindOf = (act: SignedAct): string => `certify:${act.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Raises that this person may propose for two signatures; those already open are not offered again. */
export function offersToPropose(
  certificate: CertificateDetailView,
  actor: Actor,
  openKinds: readonly string[],
): Offer[] {
  const { base, sites, conditions, restrictions, tasks } = certificate;
  const propose = (act: SignedAct, key: string, body: Record<string, unknown>): Offer[] => {
    const asRole = roleForSigning(signedActs[act][certificate.route], actor, certificate);
    if (asRole === undefined || openKinds.includes(kindOf(act))) return [];
    return [
      {
        key,
        label: t('certify.raise.propose', { act: raiseInWords({ ...body, type: act }, certificate) }),
        happens: t('certify.raise.happens'),
        asRole,
        isProposal: true,
        needsDocument: act === 'issue' || act === 'issueProvisional',
        body: () => ({ ...body, type: act }),
      },
    ];
  };
  return [
    ...(base === 'submitted' ? propose('issueProvisional', 'issueProvisional', { plan: 'shadow' }) : []),
    ...(base === 'submitted' || base === 'provisional' ? propose('issue', 'issue', {}) : []),
    ...(base === 'provisional' ? propose('renewProvisional', 'renewProvisional', {}) : []),
    ...sites
      .filter((site) => served.includes(base) && !isStopped(site))
      .filter((site) => isLowered(site) || mayRise(site, tasks))
      .flatMap((site) => propose('reinstate', `reinstate ${site.siteId}`, { siteIds: [site.siteId] })),
    ...sites
      .filter(isStopped)
      .flatMap((site) => propose('liftSiteStop', `liftSiteStop ${site.siteId}`, { siteId: site.siteId })),
    ...conditions.flatMap(({ id }) => propose('liftCondition', `liftCondition ${id}`, { conditionId: id })),
    ...restrictions.flatMap(({ id }) => propose('liftRestriction', `liftRestriction ${id}`, { restrictionId: id })),
  ];
}

const isLowered = ({ effectiveStatus }: Site): boolean =>
  ['suspended', 'restricted', 'conditional'].includes(effectiveStatus);

/** The server opens this task where the evidence allows more than the status, also for a site under watch. */
const mayRise = ({ siteId }: Site, tasks: CertificateDetailView['tasks']): boolean =>
  tasks.some((task) => task.kind === 'consider-reinstatement' && task.siteId === siteId);

/** An act that two sign, in words: "reinstate at Westhaven". */
function raiseInWords(
  act: { type: string; [key: string]: unknown },
  { sites }: Pick<CertificateDetailView, 'sites'>,
): string {
  const candidate = act.candidate as { siteIds?: unknown } | undefined;
  const named = [act.siteId, act.siteIds, candidate?.siteIds].flat();
  const names = sites.filter(({ siteId }) => named.includes(siteId)).map(({ name }) => name);
  return tMaybe(`certify.raise.${act.type}`, { sites: list.format(names) }) ?? act.type;
}
