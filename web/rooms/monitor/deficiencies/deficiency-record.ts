import { z } from 'zod';
import { crossing, type DeficiencyView } from '../../../../src/monitor/contract.ts';
import { t, tMaybe } from '../../../messages/translate.ts';

/** The record of a deficiency as its page reads it; what a later server adds does not make it unreadable. */

const signature = z.object({ personId: z.string(), role: z.string(), at: z.string() });

const recordSchema = z.object({
  evidence: z
    .array(
      z.object({ run: z.number().optional(), crossing: crossing.optional(), evidenceDigest: z.string().optional() }),
    )
    .default([]),
  awareAt: z.string().optional(),
  severityHistory: z
    .array(z.object({ severity: z.string(), by: z.string(), role: z.string(), at: z.string(), reason: z.string() }))
    .default([]),
  decision: z.object({ outcome: z.string(), reason: z.string(), signatures: z.array(signature) }).optional(),
  cause: z.object({ text: z.string(), codes: z.array(z.string()), by: z.string() }).optional(),
  action: z
    .object({
      actions: z.array(z.string()),
      reason: z.string(),
      signatures: z.array(signature),
      candidateVersionId: z.string().optional(),
    })
    .optional(),
  effectivenessClaimId: z.string().optional(),
  dissent: z.array(z.object({ by: z.string(), role: z.string(), at: z.string(), text: z.string() })).default([]),
});

export type DeficiencyRecord = z.output<typeof recordSchema>;

const unreadable: DeficiencyRecord = { evidence: [], severityHistory: [], dissent: [] };

export const recordOf = ({ record }: DeficiencyView): DeficiencyRecord => {
  const parsed = recordSchema.safeParse(record);
  return parsed.success ? parsed.data : unreadable;
};

/** Names by id, from the history: the record itself holds ids only. */
export const namesOf = ({ events }: DeficiencyView): ReadonlyMap<string, string> =>
  new Map(events.map((event) => [event.actor, event.actorName]));

export const roleWord = (role: string): string =>
  tMaybe(`shell.role.${role}`) ?? tMaybe(`monitor.actor.${role}`) ?? role;

const wordOf = (prefix: string, value: string): string => tMaybe(`${prefix}.${value}`) ?? value;

export const actWord = (act: string): string => wordOf('monitor.deficiency.act', act);
export const wordOfAction = (action: string): string => wordOf('monitor.deficiency.action', action);
export const wordOfReason = (because: string): string => wordOf('monitor.deficiency.because', because);

/** The reason or text that somebody typed, wherever the event keeps it. */
function saidIn(body: Record<string, unknown>): string | undefined {
  const said = body.reason ?? body.text;
  return typeof said === 'string' && said !== '' ? said : undefined;
}

export interface HistoryLine {
  seq: number;
  at: string;
  who: string;
  role: string;
  what: string;
  said: string | undefined;
}

const detailsOf = (body: Record<string, unknown>): string[] => {
  const details: string[] = [];
  if (typeof body.severity === 'string')
    details.push(t('monitor.deficiency.detail.severity', { severity: body.severity }));
  if (typeof body.because === 'string') details.push(wordOfReason(body.because));
  if (Array.isArray(body.actions)) details.push(body.actions.map((action) => wordOfAction(String(action))).join(', '));
  const crossed = crossing.safeParse(body.crossing);
  if (crossed.success)
    details.push(
      t('monitor.deficiency.detail.crossing', {
        what: t(`monitor.crossing.${crossed.data.kind}`),
        n: crossed.data.n,
        k: crossed.data.k,
      }),
    );
  return details;
};

/** What happened, in words, oldest first: who, in which role, did what, and why. */
export const historyOf = ({ events }: DeficiencyView): HistoryLine[] =>
  events.map(({ seq, at, type, actorName, role, body }) => {
    const fields = (typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {}) as Record<
      string,
      unknown
    >;
    return {
      seq,
      at,
      who: role === 'process' ? t('monitor.actor.process.name') : actorName,
      role: roleWord(role),
      what: [wordOf('monitor.deficiency.event', type), ...detailsOf(fields)].join(' \u00b7 '),
      said: saidIn(fields),
    };
  });
