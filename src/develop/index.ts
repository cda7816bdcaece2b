export { type Calibration, type CandidateOrigin, type Model, type ModelVersion, versionDigest } from './model.ts';
export { type ReferenceInput, type ReferenceModel, referenceModel, referenceModels } from './reference-models/index.ts';
export { byOf, developRoutes } from './routes.ts';
export { type By, type Develop, openDevelop, type VersionCard } from './service.ts';
