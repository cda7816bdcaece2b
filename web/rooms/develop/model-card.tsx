import type { ModelView, VersionView } from '../../../src/develop/contract.ts';
import { t } from '../../messages/translate.ts';
import { Card, type DataColumn, DataTable, Day, Digest, KeyValues, Stack, StatusMark } from '../../ui/index.ts';
import { calibrationWords, stateWord, versionStatus } from './version-words.ts';

const columnsOf = (model: ModelView): DataColumn<VersionView>[] => [
  { id: 'label', header: t('develop.versions.column.label'), value: ({ label }) => label },
  {
    id: 'state',
    header: t('develop.versions.column.state'),
    value: ({ state }) => stateWord(state),
    cell: ({ state }) => <StatusMark status={versionStatus[state]} word={stateWord(state)} isQuiet />,
  },
  {
    id: 'calibration',
    header: t('develop.versions.column.calibration'),
    value: ({ calibration }) => calibrationWords(calibration),
    term: 'recalibration',
  },
  {
    id: 'previous',
    header: t('develop.versions.column.previous'),
    value: ({ previousVersionId }) => model.versions.find(({ id }) => id === previousVersionId)?.label ?? null,
  },
  {
    id: 'registered',
    header: t('develop.versions.column.registered'),
    value: ({ registeredAt }) => registeredAt,
    cell: ({ registeredAt }) => <Day at={registeredAt} />,
  },
  {
    id: 'decided',
    header: t('develop.versions.column.decided'),
    value: ({ decidedAt }) => decidedAt,
    cell: ({ decidedAt }) => (decidedAt === null ? '\u2013' : <Day at={decidedAt} />),
  },
  {
    id: 'digest',
    header: t('develop.versions.column.digest'),
    value: ({ digest }) => digest,
    cell: ({ digest }) => <Digest value={digest} keep={6} />,
    term: 'digest',
  },
  {
    id: 'artefact',
    header: t('develop.versions.column.artefact'),
    value: ({ artefactDigest }) => artefactDigest,
    cell: ({ artefactDigest }) => <Digest value={artefactDigest} keep={6} />,
    isHidden: true,
  },
  {
    id: 'preprocessing',
    header: t('develop.versions.column.preprocessing'),
    value: ({ preprocessingDigest }) => preprocessingDigest,
    cell: ({ preprocessingDigest }) => <Digest value={preprocessingDigest} keep={6} />,
    isHidden: true,
  },
];

/** What a model is for, and every version of it. */
export function ModelCard({ model }: { model: ModelView }) {
  const facts = [
    { key: 'purpose', label: t('develop.model.purpose'), value: model.intendedPurpose },
    { key: 'population', label: t('develop.model.population'), value: model.population },
    { key: 'endpoint', label: t('develop.model.endpoint'), value: model.endpoint },
    { key: 'registered', label: t('develop.model.registered'), value: <Day at={model.registeredAt} /> },
    ...(model.referenceModelId === null
      ? []
      : [{ key: 'reference', label: t('develop.model.reference'), value: model.referenceModelId }]),
    ...(model.notice === null ? [] : [{ key: 'notice', label: t('develop.model.notice'), value: model.notice }]),
  ];
  return (
    <Card title={model.name}>
      <Stack gap={4}>
        <KeyValues items={facts} />
        <DataTable
          id={`versions-${model.id}`}
          caption={t('develop.versions.table', { model: model.name })}
          columns={columnsOf(model)}
          rows={model.versions}
          rowId={({ id }) => id}
        />
      </Stack>
    </Card>
  );
}
