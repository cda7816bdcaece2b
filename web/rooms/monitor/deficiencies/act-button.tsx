import { useState } from 'react';
import { type DeficiencyView, deficiencyActed } from '../../../../src/monitor/contract.ts';
import { problemOf, tell } from '../../../app/api.ts';
import { refresh } from '../../../app/query-client.ts';
import { t } from '../../../messages/translate.ts';
import { Button, ReasonDialog, SelectField, showToast } from '../../../ui/index.ts';
import { type ActBody, type ActType, bodyOf, fieldsFor, takesTwo } from './act-body.ts';
import { ActFieldsForm } from './act-fields.tsx';
import { actWord, roleWord } from './deficiency-record.ts';

interface ActButtonProps {
  act: Exclude<ActType, 'register-effectiveness'>;
  view: DeficiencyView;
  roles: readonly string[];
  isPrimary: boolean;
}

/** Tells the server of an act and asks everything it may have changed anew. */
export function useAct(id: string): (body: ActBody) => Promise<void> {
  return async (body) => {
    const path = `/api/v1/monitor/deficiencies/${encodeURIComponent(id)}/acts`;
    const { proposalId } = await tell('POST', path, { body, schema: deficiencyActed });
    const act = actWord(body.type);
    const text =
      proposalId === null ? t('monitor.deficiency.done', { act }) : t('monitor.deficiency.proposed', { act });
    showToast({ kind: 'done', text });
    await refresh('monitor', 'people');
  };
}

/** One act: a button that opens what will happen and a place for the reason. What two decide is proposed. */
export function ActButton({ act, view, roles, isPrimary }: ActButtonProps) {
  const [isOpen, setIsOpen] = useState(false);
  const [fields, setFields] = useState(() => fieldsFor(view.severity));
  const [role, setRole] = useState(roles[0]);
  const tellAct = useAct(view.id);
  const isOfTwo = takesTwo(act, view.severity, fields.severity);
  return (
    <>
      <Button
        kind={act === 'dissent' ? 'quiet' : isPrimary ? 'primary' : 'secondary'}
        onClick={() => {
          setFields(fieldsFor(view.severity));
          setIsOpen(true);
        }}
      >
        {actWord(act)}
      </Button>
      <ReasonDialog
        title={actWord(act)}
        isOpen={isOpen}
        onClose={() => setIsOpen(false)}
        actLabel={isOfTwo ? t('monitor.deficiency.propose', { act: actWord(act) }) : actWord(act)}
        onAct={(reason) => tellAct({ ...bodyOf(act, reason, fields), ...(role === undefined ? {} : { asRole: role }) })}
        problemOf={problemOf}
        consequence={
          <>
            {t(`monitor.deficiency.what.${act}`)} {isOfTwo ? t('monitor.deficiency.propose.happens') : null}
          </>
        }
        fields={
          <>
            <ActFieldsForm act={act} fields={fields} onChange={setFields} />
            {roles.length > 1 ? (
              <SelectField
                label={t('monitor.deficiency.field.role')}
                value={role ?? ''}
                options={roles.map((value) => ({ value, label: roleWord(value) }))}
                onChange={setRole}
              />
            ) : null}
          </>
        }
      />
    </>
  );
}
