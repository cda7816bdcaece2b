import type { Develop as CertifyDevelop, Directory, MonitorQuestions } from '#certify';
import type { Develop } from '#develop';
import type { DeficiencyId } from '#kernel';
import type { Monitor } from '#monitor';
import type { PeopleQuestions } from '#people';

/** What certify asks, answered by the rooms on its left. */
export function certifyPorts(rooms: { monitor: Monitor; develop: Develop; people: PeopleQuestions }): {
  monitor: MonitorQuestions;
  develop: CertifyDevelop;
  directory: Directory;
} {
  const { monitor, develop, people } = rooms;
  return {
    monitor: { claimVerdicts: monitor.claimVerdicts, changeComparisons: monitor.changeComparisons },
    develop: {
      modelVersion: async (db, id) => {
        const version = await develop.modelVersion(db, id);
        if (version === undefined) return undefined;
        const { candidate, ...rest } = version;
        if (candidate === undefined) return rest;
        const { siteIds } = candidate;
        return { ...rest, candidate: { deficiencyId: candidate.deficiencyId as DeficiencyId, siteIds } };
      },
      decideCandidate: async (tx, decision) => {
        await develop.decideCandidate(tx, decision);
        await monitor.candidateDecided(tx, decision.versionId, decision.outcome);
      },
    },
    directory: {
      organisations: () => people.organisations(),
      sites: () => people.sites(),
    },
  };
}
