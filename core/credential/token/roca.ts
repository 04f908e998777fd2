/**
 * RSA keys that a flawed library made (CVE-2017-15361): their primes are k·M + (65537^a mod M), M a product of small primes,
 * so that modulo each of those the modulus is a power of 65537. A sound key is that by chance with 2^-27 or less.
 * After Nemec et al., "The Return of Coppersmith's Attack", CCS 2017, 2.2.
 */
const PRIMES = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
  127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/** residues that powers of 65537 have, by prime */
const POWERS = PRIMES.map((prime) => {
  const residues = new Set<number>();
  for (let power = 1; !residues.has(power); power = (power * 65_537) % prime) residues.add(power);
  return { prime: BigInt(prime), residues };
});

export const hasRocaFingerprint = (modulus: bigint): boolean =>
  POWERS.every(({ prime, residues }) => residues.has(Number(modulus % prime)));
