/** Who may do what here: all reading is public, and nothing is written over HTTP but through the acts of other rooms. */
export const ledgerPolicy = {} as const;
