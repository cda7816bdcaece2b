export { type BreakGlassAccess, openBreakGlass } from './access-record/break-glass.ts';
export type { Access, AccessPurpose, AnomalyLimits } from './access-record/model.ts';
export { accessRecordRoutes } from './access-record/routes.ts';
export { type AccessRecord, openAccessRecord } from './access-record/service.ts';
export { type Actor, type ActRecorder, systemActor } from './acts.ts';
export { assertPerson, authenticator, route, sessionSecretOf } from './authentication.ts';
export { type DemoPeople, seedDemoPeople } from './demo-people.ts';
export * from './four-eyes/index.ts';
export {
  fitsOrganisation,
  type Identity,
  noRelations,
  type Organisation,
  type Person,
  type Relations,
  type Role,
  roles,
  type SignedIn,
  type Site,
  visitor,
} from './model.ts';
export { areDifferentEyes, delegationDaysMax, eyesOf } from './organisations/model.ts';
export { openNotifications } from './organisations/notifications.ts';
export { organisationsRoutes } from './organisations/routes.ts';
export { type Organisations, openOrganisations } from './organisations/service.ts';
export { relationsOf } from './organisations/store.pg/relations.ts';
export { openPolicies, type PolicyChanges, policyChanges } from './permission/changing.ts';
export type { Decision, Detail, PolicyText, Purpose, Resource, Scope, SiteDirectory } from './permission/model.ts';
export { inCapacity } from './permission/model.ts';
export { type ChangeablePermissions, createPermissions, type Permissions } from './permission/permissions.ts';
export { readPolicyFiles } from './permission/policy-files.ts';
export { digestOfTexts, type PolicySet, type PolicyTexts, readPolicies } from './permission/policy-set.ts';
export { permissionRoutes } from './permission/routes.ts';
export { type SiteSnapshot, siteSnapshot, tellingOfSites } from './permission/sites.ts';
export { siteCondition } from './permission/store.pg.ts';
export { askPeople, type PeopleDirectory, type PeopleQuestions, peopleDirectory } from './questions.ts';
export { signOffRoles } from './role-contract.ts';
export { peopleRoutes } from './routes.ts';
export { createPeople, type People, type PeopleOptions } from './service.ts';
export { isFresh } from './sessions.ts';
export {
  noProviders,
  type ProviderConfiguration,
  readSignInConfiguration,
  type SignInConfiguration,
} from './sign-in/configuration.ts';
