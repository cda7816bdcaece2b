import { useQuery } from '@tanstack/react-query';
import { certificatesQuery } from '../../../app/questions.ts';
import { useSession } from '../../../app/session.ts';
import { modelsQuery } from '../../develop/questions.ts';
import { groupsQuery } from '../people-questions.ts';
import type { Organisation } from './organisations-page.tsx';

export interface Thing {
  id: string;
  name: string;
  kind: 'organisation' | 'model' | 'certificate' | 'project';
}

/** Everything in which somebody can have an interest, of what the reader may see. */
export function useThings(organisations: Organisation[]): Thing[] {
  const { mayDo } = useSession();
  const certificates = useQuery({ ...certificatesQuery({}), enabled: mayDo('certify:read-certificates') }).data;
  const models = useQuery({ ...modelsQuery, enabled: mayDo('develop:read-models') }).data;
  const groups = useQuery({ ...groupsQuery, enabled: mayDo('people:read-groups') }).data;
  return [
    ...(certificates?.certificates ?? []).map(({ id, name, sites }) => ({
      id,
      name: `${name}, ${sites.map((site) => site.name).join(', ')}`,
      kind: 'certificate' as const,
    })),
    ...(models?.models ?? []).map(({ id, name }) => ({ id, name, kind: 'model' as const })),
    ...organisations.map(({ id, name }) => ({ id, name, kind: 'organisation' as const })),
    ...(groups?.groups ?? [])
      .filter(({ kind }) => kind === 'project')
      .map(({ id, name }) => ({ id, name, kind: 'project' as const })),
  ];
}
