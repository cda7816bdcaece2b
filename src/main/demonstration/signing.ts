import type { ApiClient } from '../api-client.ts';

interface ShownProposal {
  digest: string;
  parts: { sha256: string }[];
  yours: { hasSigned: boolean };
}

/** Each opens what is judged and signs it, unless they did before an interruption; the last signature carries it out. Problems: as the act. */
export async function signInTurn(
  proposalId: string,
  signers: readonly { person: ApiClient; reason: string }[],
): Promise<void> {
  const path = `/api/v1/people/proposals/${proposalId}`;
  for (const { person, reason } of signers) {
    const { digest, parts, yours } = await person.post<ShownProposal>(`${path}/open`);
    if (yours.hasSigned) continue;
    await person.post(`${path}/sign`, { digest, seen: parts.map(({ sha256 }) => sha256), reason });
  }
}
