import { useState } from 'react';
import { useInstallation } from '../../../app/installation.ts';
import { t } from '../../../messages/translate.ts';
import { SelectField, TextArea, TextField } from '../../../ui/index.ts';
import { ActForm } from '../form-card.tsx';
import { act } from '../people-questions.ts';
import type { Organisation } from './organisations-page.tsx';
import { endOfDay, startOfDay } from './time-bounds.ts';

const kinds = ['project', 'consortium'] as const;

/** A consortium or a project that one's own organisation leads. */
export function FoundGroup({ onClose }: { onClose: () => void }) {
  const [kind, setKind] = useState<(typeof kinds)[number]>('project');
  const [name, setName] = useState('');
  const [purpose, setPurpose] = useState('');
  const isReady = name.trim() !== '' && (kind === 'consortium' || purpose.trim() !== '');
  const found = () =>
    act('POST', 'groups', {
      kind,
      name: name.trim(),
      ...(purpose.trim() === '' ? {} : { purpose: purpose.trim() }),
    });
  return (
    <ActForm
      label={t('people.groups.found')}
      actLabel={t('people.groups.found')}
      isReady={isReady}
      onAct={found}
      onClose={onClose}
      done={t('people.groups.founded', { name: name.trim() })}
    >
      <SelectField
        label={t('people.groups.kind')}
        value={kind}
        options={kinds.map((value) => ({ value, label: t(`people.groups.kind.${value}`) }))}
        onChange={(value) => setKind(kinds.find((one) => one === value) ?? 'project')}
      />
      <TextField label={t('people.groups.name')} value={name} onChange={setName} isRequired />
      <TextArea
        label={t('people.groups.purpose')}
        hint={t('people.groups.purpose.hint')}
        value={purpose}
        onChange={setPurpose}
        isRequired={kind === 'project'}
        rows={2}
      />
    </ActForm>
  );
}

/** An organisation joins a group that one's own organisation leads. */
export function AddMember({
  groupId,
  organisations,
  onClose,
}: {
  groupId: string;
  organisations: Organisation[];
  onClose: () => void;
}) {
  const { today } = useInstallation().installation;
  const [organisationId, setOrganisationId] = useState(organisations[0]?.id ?? '');
  const [from, setFrom] = useState('');
  const [until, setUntil] = useState('');
  const isInOrder = until === '' || until >= (from || today);
  const add = () =>
    act('POST', `groups/${groupId}/memberships`, {
      organisationId,
      ...(from === '' ? {} : { from: startOfDay(from) }),
      ...(until === '' ? {} : { until: endOfDay(until) }),
    });
  return (
    <ActForm
      label={t('people.groups.add')}
      actLabel={t('people.groups.add')}
      isReady={organisationId !== '' && isInOrder}
      onAct={add}
      onClose={onClose}
      done={t('people.groups.added')}
    >
      <SelectField
        label={t('people.groups.member')}
        value={organisationId}
        options={organisations.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={setOrganisationId}
      />
      <div className="form-grid">
        <TextField
          label={t('people.bond.from')}
          hint={t('people.bond.from.hint')}
          type="date"
          value={from}
          onChange={setFrom}
        />
        <TextField
          label={t('people.bond.until')}
          hint={t('people.bond.until.hint')}
          type="date"
          value={until}
          onChange={setUntil}
          error={isInOrder ? undefined : t('people.bond.until.early')}
        />
      </div>
    </ActForm>
  );
}
