import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { referenceModelView } from '../../../src/develop/contract.ts';
import { Answer } from '../../app/answer.tsx';
import { rich } from '../../messages/rich.tsx';
import { t } from '../../messages/translate.ts';
import { Card, type DataColumn, DataTable, Digest, Stack, TableSkeleton } from '../../ui/index.ts';
import { referenceModelsQuery } from './questions.ts';
import { TryFormula } from './try-formula.tsx';

export type ReferenceModelView = z.output<typeof referenceModelView>;

const columns: DataColumn<ReferenceModelView>[] = [
  { id: 'title', header: t('develop.reference.column.title'), value: ({ title }) => title },
  { id: 'revision', header: t('develop.reference.column.revision'), value: ({ revision }) => revision },
  { id: 'endpoint', header: t('develop.reference.column.endpoint'), value: ({ endpoint }) => endpoint },
  { id: 'source', header: t('develop.reference.column.source'), value: ({ source }) => source },
  { id: 'licence', header: t('develop.reference.column.licence'), value: ({ licence }) => licence },
  {
    id: 'digest',
    header: t('develop.reference.column.digest'),
    value: ({ artefactSha256 }) => artefactSha256,
    cell: ({ artefactSha256 }) => <Digest value={artefactSha256} keep={6} />,
    term: 'digest',
    isHidden: true,
  },
];

/** The published formulas with their provenance, and a form to try one. */
export function ReferenceModels() {
  const query = useQuery(referenceModelsQuery);
  return (
    <Answer query={query} skeleton={<TableSkeleton rows={5} />}>
      {({ referenceModels }) => (
        <>
          <Card title={t('develop.reference.title')}>
            <Stack gap={3}>
              <p>{rich('develop.reference.lead')}</p>
              <DataTable
                id="reference-models"
                caption={t('develop.reference.title')}
                columns={columns}
                rows={referenceModels}
                rowId={({ id }) => id}
              />
            </Stack>
          </Card>
          <TryFormula models={referenceModels} />
        </>
      )}
    </Answer>
  );
}
