export { type Actor, type ActRecorder, systemActor } from './acts.ts';
export { assertPerson, authenticator, route, sessionSecretOf } from './authentication.ts';
export { type DemoPeople, seedDemoPeople } from './demo-people.ts';
export {
  bothEyes,
  type FourEyesRule,
  fitsOrganisation,
  type Identity,
  noRelations,
  type Organisation,
  type Person,
  type Relations,
  type Role,
  roles,
  type Signature,
  type SignedIn,
  type Site,
  visitor,
} from './model.ts';
export { joinPolicies, type Permission, type Permissions, type Policy } from './permissions.ts';
export { peoplePolicy } from './policy.ts';
export { askPeople, type PeopleDirectory, type PeopleQuestions, peopleDirectory } from './questions.ts';
export { peopleRoutes } from './routes.ts';
export { createPeople, type People, type PeopleOptions } from './service.ts';
