// Who may do what: how long reading the policies takes, and how many new and how many repeated decisions a second.
import type { LegalEntityId, SiteId } from '#kernel';
import { createPermissions, type Identity, noRelations, readPolicies, readPolicyFiles } from '#people';

const fresh = 2_000;
const repeated = 500_000;

function timed<T>(name: string, count: number, work: () => T): T {
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  const result = work();
  const ms = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  const cpuUs = (user + system) / count;
  console.log(
    `${name}: ${count} in ${ms.toFixed(0)} ms, ${((count * 1000) / ms).toFixed(0)}/s, ${cpuUs.toFixed(1)} µs CPU each`,
  );
  return result;
}

const home = 'org_bench' as LegalEntityId;
const siteId = 'site_bench' as SiteId;
const assessor = (no: number): Identity => ({
  kind: 'person',
  id: `person_${no}`,
  name: 'Bench',
  organisationId: home,
  roles: ['assessor'],
  scopes: [],
  relations: noRelations,
});

const texts = readPolicyFiles();
const policies = timed('read and check the policies, cold', 1, () => readPolicies(texts));
timed('read and check the policies, warm', 5, () => {
  for (let i = 0; i < 5; i++) readPolicies(texts);
});
const permissions = createPermissions({
  policies,
  directory: { sites: () => [{ id: siteId, legalEntityId: home }] },
  visitors: false,
});
timed('find the actions that somebody may do', 1, () => permissions.actions.size);
timed('new decisions', fresh, () => {
  for (let i = 0; i < fresh; i++) permissions.decide(assessor(i), 'monitor:read-cases', { siteId });
});
const one = assessor(0);
timed('repeated decisions', repeated, () => {
  for (let i = 0; i < repeated; i++) permissions.decide(one, 'monitor:read-cases', { siteId });
});
