import { z } from 'zod';
import { type ModelId, type ModelVersionId, Problem, toIso } from '#kernel';
import { capacityOf, type Identity, inCapacity, type Permissions, roleOf, route } from '#people';
import type { Route } from '#platform/http';
import {
  type ModelView,
  modelList,
  modelRequest,
  modelView,
  prediction,
  predictRequest,
  referenceModelView,
  type VersionView,
  versionRequest,
  versionView,
} from './contract.ts';
import type { Model, ModelVersion } from './model.ts';
import { type ReferenceInput, type ReferenceModel, referenceModel, referenceModels } from './reference-models/index.ts';
import type { By, Develop } from './service.ts';

export const developRoutes = (develop: Develop, allow: Permissions['allow']): Route<Identity>[] => [
  ...modelRoutes(develop, allow),
  ...referenceRoutes(),
];

function modelRoutes(develop: Develop, allow: Permissions['allow']): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/develop/models',
      action: 'develop:read-models',
      summary: 'Models with their versions, candidates included.',
      response: modelList,
      handle: async () => ({ models: (await develop.models()).map(({ model, versions }) => viewOf(model, versions)) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/develop/models',
      action: 'develop:register-model',
      summary: 'Registers a model: purpose, population and endpoint.',
      body: modelRequest,
      response: modelView,
      status: 201,
      handle: async ({ body, identity }) => {
        const { referenceModelId, notice, asRole, ...rest } = body;
        return viewOf(await develop.registerModel({ ...rest, referenceModelId, notice }, byOf(identity, asRole)), []);
      },
    }),
    route({
      method: 'POST',
      path: '/api/v1/develop/models/:modelId/versions',
      action: 'develop:register-model',
      summary: 'Registers a version: artefact, calibration and preprocessing.',
      params: z.object({ modelId: z.string().max(60) }),
      body: versionRequest,
      response: versionView,
      status: 201,
      handle: async ({ params, body, identity }) => {
        const { asRole, ...rest } = body;
        const by = byOf(identity, asRole);
        const acting = identity.kind === 'person' ? inCapacity(identity, capacityOf(identity, { asRole })) : identity;
        allow(acting, 'develop:register-model', { objectId: params.modelId });
        const request = { ...rest, previousVersionId: body.previousVersionId as ModelVersionId | undefined };
        return versionViewOf(await develop.registerVersion(params.modelId as ModelId, request, by));
      },
    }),
  ];
}

function referenceRoutes(): Route<Identity>[] {
  return [
    route({
      method: 'GET',
      path: '/api/v1/develop/reference-models',
      action: 'develop:read-models',
      summary: 'The published risk formulas that Hortus carries, with source, licence and inputs.',
      response: z.object({ referenceModels: z.array(referenceModelView) }),
      handle: async () => ({ referenceModels: referenceModels.map(referenceView) }),
    }),
    route({
      method: 'POST',
      path: '/api/v1/develop/reference-models/:id/predict',
      action: 'develop:evaluate-reference-model',
      summary: 'Evaluates a published formula; input outside its domain is refused. Not for clinical use.',
      params: z.object({ id: z.string().max(60) }),
      body: predictRequest,
      response: prediction,
      handle: async ({ params, body }) => {
        const model = referenceModel(params.id);
        if (!model) throw new Problem('not-found', { detail: 'There is no published model with this id.' });
        const evaluated = model.evaluate(body.input as ReferenceInput, { conventions: body.conventions });
        if (!evaluated.ok) throw new Problem('outside-domain', { errors: evaluated.error });
        const { probability, variant, warnings } = evaluated.value;
        return { probability, variant, warnings, notice: model.notice };
      },
    }),
  ];
}

/** Who acts, in the role they name or the only one they hold. Problems: invalid-input where they hold several. */
export const byOf = (identity: Identity, asRole: string | undefined): By => ({
  id: identity.id,
  role: roleOf(identity, { asRole }),
});

function viewOf(model: Model, versions: ModelVersion[]): ModelView {
  return {
    ...model,
    referenceModelId: model.referenceModelId ?? null,
    notice: model.notice ?? null,
    registeredAt: toIso(model.registeredAt),
    versions: versions.map(versionViewOf),
  };
}

function versionViewOf(version: ModelVersion): VersionView {
  return {
    ...version,
    previousVersionId: version.previousVersionId ?? null,
    candidate: version.candidate ?? null,
    registeredAt: toIso(version.registeredAt),
    decidedAt: version.decidedAt === undefined ? null : toIso(version.decidedAt),
  };
}

function referenceView({ id, data, artefactSha256, notice }: ReferenceModel): z.infer<typeof referenceModelView> {
  const { title, revision, source, licence, endpoint, inputs } = data;
  return {
    id,
    title,
    revision,
    source,
    licence,
    endpoint: endpoint.definition,
    artefactSha256,
    notice,
    inputs: inputs as never,
  };
}
