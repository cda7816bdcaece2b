/** The simulated model and the rules frozen for its original version. */
export const demonstrationModel = {
  name: 'ProstateRisk',
  versionLabel: '2.1',
  /** AI-positive: probability at or above this. */
  decisionThreshold: 0.1,
  /** A case matures that many days after its prediction. */
  horizonDays: 90,
  /** Scores are kept to that many decimals. */
  scoreDecimals: 6,
  /** The word under which results are sent. */
  outcome: 'csPCa-90d',
  endpoint: 'ISUP grade group 2 or higher on biopsy within 90 days',
} as const;

/** Share of AI-negatives whom the audit sampler refers. */
export const auditShare = 0.1;

/**
 * The recalibrated version: logit P = a + b·logit p, fitted without weights on the verified cases since the upgrade
 * (outcomes are missing at random given p; weights of 10 would only add noise), with a decision threshold of its own.
 * With the old threshold it would miss more than it claims at about one seed in twenty-four.
 */
export const recalibratedVersion = { decisionThreshold: 0.08 } as const;

/** One claim as each hospital registers it before its first case. The shares of α add up to .05. */
export interface DemonstrationClaim {
  key: string;
  statement: string;
  metric: 'sensitivity' | 'calibration-in-the-large' | 'observed-expected' | 'npv';
  /** `all`: audit-weighted, or the audited alone (NPV). `flagged`: all of them are verified by protocol. */
  among: 'all' | 'flagged';
  bound?: number;
  boundUpper?: number;
  tolerance?: number;
  alphaShare: number;
  /** Relevant cases expected per exam: sets the levels of the detector. */
  relevantShare: number;
  consequenceOnEscalation: 'suspended' | 'watch';
  /** Years until the evidence is promised: the audited tenth of the AI-negatives takes its time. */
  evaluableAfterYears: number;
}

/**
 * Bounds that a model of this quality can be confirmed to keep within the certificate's term with an audit of 10 %.
 * AUROC is not among them: under an audit it is exact among flagged cases only, where it says little.
 */
export const demonstrationClaims: readonly DemonstrationClaim[] = [
  {
    key: 'sensitivity',
    statement: 'Finds at least 80 of 100 clinically significant cancers, counting those that the random audit finds',
    metric: 'sensitivity',
    among: 'all',
    bound: 0.8,
    alphaShare: 0.02,
    relevantShare: 0.25,
    consequenceOnEscalation: 'suspended',
    evaluableAfterYears: 5,
  },
  {
    key: 'calibration',
    statement: 'Among flagged men the mean probability is within 6 points of the share with significant cancer',
    metric: 'calibration-in-the-large',
    among: 'flagged',
    tolerance: 0.06,
    alphaShare: 0.015,
    relevantShare: 0.52,
    consequenceOnEscalation: 'suspended',
    evaluableAfterYears: 3,
  },
  {
    key: 'observed-expected',
    statement: 'Among flagged men there are 0.8 to 1.25 times as many significant cancers as predicted',
    metric: 'observed-expected',
    among: 'flagged',
    bound: 0.8,
    boundUpper: 1.25,
    alphaShare: 0.01,
    relevantShare: 0.52,
    consequenceOnEscalation: 'watch',
    evaluableAfterYears: 3,
  },
  {
    key: 'npv',
    statement: 'Of 100 men whom the AI clears and the audit draws, at least 85 have no significant cancer',
    metric: 'npv',
    among: 'all',
    bound: 0.85,
    alphaShare: 0.005,
    relevantShare: 0.048,
    consequenceOnEscalation: 'watch',
    evaluableAfterYears: 5,
  },
];
