import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSession } from '../../../app/session.ts';
import { t } from '../../../messages/translate.ts';
import { SelectField, TextArea } from '../../../ui/index.ts';
import { ActForm } from '../form-card.tsx';
import { act, personsQuery } from '../people-questions.ts';
import type { Thing } from './things.ts';

const kinds = ['employment', 'financial', 'authorship', 'family', 'other'] as const;
/** Roles that declare an interest of a colleague, as the server judges it. */
const officers: readonly string[] = ['safety-officer', 'regulatory-lead', 'deployer-management', 'assessor'];

/** Says who has an interest in what; that person then decides nothing about it. */
export function DeclareConflict({
  things,
  isOwnOnly,
  onClose,
}: {
  things: readonly Thing[];
  isOwnOnly: boolean;
  onClose: () => void;
}) {
  const { person: me, roles, mayDo } = useSession();
  const mayNameOthers = !isOwnOnly && mayDo('people:read-persons') && roles.some((role) => officers.includes(role));
  const persons = useQuery({ ...personsQuery, enabled: mayNameOthers }).data?.persons ?? [];
  const [personId, setPersonId] = useState('');
  const [objectId, setObjectId] = useState('');
  const [kind, setKind] = useState<(typeof kinds)[number]>('employment');
  const [explanation, setExplanation] = useState('');
  const thing = things.find(({ id }) => id === objectId) ?? things[0];
  const declare = () =>
    act('POST', 'conflicts', {
      ...(personId === '' ? {} : { personId }),
      objectKind: thing?.kind,
      objectId: thing?.id,
      kind,
      explanation: explanation.trim(),
    });
  return (
    <ActForm
      label={t('people.conflicts.declare')}
      actLabel={t('people.conflicts.declare')}
      isReady={thing !== undefined && explanation.trim() !== ''}
      onAct={declare}
      onClose={onClose}
      done={t('people.conflicts.declared')}
    >
      <div className="form-grid">
        {mayNameOthers ? (
          <SelectField
            label={t('people.conflicts.person')}
            value={personId}
            options={[
              { value: '', label: t('people.permissions.ask.person.me', { name: me?.name ?? '' }) },
              ...persons.filter(({ id }) => id !== me?.id).map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={setPersonId}
          />
        ) : null}
        <SelectField
          label={t('people.conflicts.object')}
          value={thing?.id ?? ''}
          options={things.map(({ id, name, kind: of }) => ({
            value: id,
            label: `${t(`people.conflicts.object.${of}`)}: ${name}`,
          }))}
          onChange={setObjectId}
        />
        <SelectField
          label={t('people.conflicts.kind')}
          value={kind}
          options={kinds.map((value) => ({ value, label: t(`people.conflicts.kind.${value}`) }))}
          onChange={(value) => setKind(kinds.find((one) => one === value) ?? 'other')}
        />
      </div>
      <TextArea
        label={t('people.conflicts.explanation')}
        hint={t('people.conflicts.explanation.hint')}
        value={explanation}
        onChange={setExplanation}
        isRequired
        rows={2}
      />
    </ActForm>
  );
}
