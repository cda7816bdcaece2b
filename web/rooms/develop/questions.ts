import { z } from 'zod';
import { modelList, referenceModelView } from '../../../src/develop/contract.ts';
import { comparisonView } from '../../../src/monitor/contract.ts';
import { apiQuery } from '../../app/api.ts';

export const modelsQuery = apiQuery('/api/v1/develop/models', modelList);

export const referenceModelsQuery = apiQuery(
  '/api/v1/develop/reference-models',
  z.object({ referenceModels: z.array(referenceModelView) }),
);

export const comparisonsQuery = apiQuery(
  '/api/v1/monitor/comparisons',
  z.object({ comparisons: z.array(comparisonView) }),
);
