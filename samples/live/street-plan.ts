/** Where the street begins and ends, along z, and how far road and pavements reach to either side; metres. */
export const STREET = { from: -22, to: 36, road: 2.2, side: 4.2 } as const;

/** Height of the pavements over the road; metres. */
export const KERB = 0.12;

/** Height of the ground; the pavements' is 0. */
export const groundAt = (x: number): number => (Math.abs(x) > STREET.road ? 0 : -KERB);
