import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type DeficiencyView, deficiencyView } from '../../../../src/monitor/contract.ts';
import { problemOf, tell } from '../../../app/api.ts';
import { formatCount, formatDay, formatEvidence } from '../../../messages/format.ts';
import { t } from '../../../messages/translate.ts';
import { Button, Digest, KeyValues, ReasonDialog, SignDialog, showToast } from '../../../ui/index.ts';
import { type ActBody, type ActType, bodyOf, fieldsFrom, takesTwo } from './act-body.ts';
import { ActFieldsForm } from './act-fields.tsx';
import { actWord, type DeficiencyRecord } from './deficiency-record.ts';
import { stateWord } from './deficiency-rows.ts';

interface ActButtonProps {
  act: Exclude<ActType, 'register-effectiveness'>;
  view: DeficiencyView;
  record: DeficiencyRecord;
  person: { name: string; role: string };
  isPrimary: boolean;
}

/** Tells the server of an act and asks everything of this room anew. */
export function useAct(id: string): (body: ActBody) => Promise<void> {
  const client = useQueryClient();
  return async (body) => {
    const path = `/api/v1/monitor/deficiencies/${encodeURIComponent(id)}/acts`;
    await tell('POST', path, { body, schema: deficiencyView });
    showToast({ kind: 'done', text: t('monitor.deficiency.done', { act: actWord(body.type) }) });
    await client.invalidateQueries({ queryKey: ['api', 'v1', 'monitor'] });
  };
}

/** One act: a button that opens what will happen, what is signed, and a place for the reason. */
export function ActButton({ act, view, record, person, isPrimary }: ActButtonProps) {
  const [isOpen, setIsOpen] = useState(false);
  const tellAct = useAct(view.id);
  const pending = record.pending?.act === act ? record.pending : undefined;
  const [fields, setFields] = useState(() => fieldsFrom(view.severity, pending?.body));
  const shared = {
    title: actWord(act),
    isOpen,
    onClose: () => setIsOpen(false),
    actLabel: actWord(act),
    onAct: (reason: string) => tellAct(bodyOf(act, reason, fields)),
    problemOf,
    consequence: t(`monitor.deficiency.what.${act}`),
  };
  const form = <ActFieldsForm act={act} fields={fields} onChange={setFields} isFixed={pending !== undefined} />;
  return (
    <>
      <Button
        kind={act === 'dissent' ? 'quiet' : isPrimary ? 'primary' : 'secondary'}
        onClick={() => {
          setFields(fieldsFrom(view.severity, pending?.body));
          setIsOpen(true);
        }}
      >
        {actWord(act)}
      </Button>
      {takesTwo(act, view.severity, fields.severity) ? (
        <SignDialog
          {...shared}
          evidence={
            <>
              <SignedEvidence view={view} record={record} />
              {form}
            </>
          }
          name={person.name}
          role={person.role}
          needsSecond={pending === undefined}
        />
      ) : (
        <ReasonDialog {...shared} fields={form} />
      )}
    </>
  );
}

/** What the signer has before the eyes: the evidence at its latest crossing, and its digest. */
function SignedEvidence({ view, record }: { view: DeficiencyView; record: DeficiencyRecord }) {
  const last = record.evidence.at(-1);
  const crossed = last?.crossing;
  return (
    <>
      <p>{view.title}</p>
      <KeyValues
        items={[
          { key: 'state', label: t('monitor.deficiency.evidence.state'), value: stateWord(view.state) },
          ...(crossed
            ? [
                {
                  key: 'crossing',
                  label: t(`monitor.crossing.${crossed.kind}`),
                  value: t('monitor.deficiency.sure.lead', {
                    day: formatDay(crossed.at),
                    n: formatCount(crossed.n),
                    value: formatEvidence(crossed.logValue),
                    level: formatEvidence(crossed.logThreshold),
                  }),
                },
              ]
            : []),
          ...(last?.evidenceDigest
            ? [
                {
                  key: 'digest',
                  label: t('monitor.deficiency.evidence.digest'),
                  value: <Digest value={last.evidenceDigest} />,
                },
              ]
            : []),
        ]}
      />
    </>
  );
}
