import { createHash, randomBytes } from 'node:crypto';

/** A hash of a user id in two words. */
export interface UserHash {
  /** Identifies the user: 53 bits, so that a collision among a million users has a chance of 0.006 %. */
  readonly key: number;
  /** Selects the register of a sketch. */
  readonly register: number;
  /** Decides the rank in the register: 32 independent bits. */
  readonly bits: number;
}

/**
 * Makes a hash function with a salt of its own. The salt is never kept elsewhere: hashes cannot be traced back to users, nor
 * can a client choose ids that fall into one register.
 */
export function createUserHash(salt: Uint8Array = randomBytes(16)): (userId: string) => UserHash {
  return (userId) => {
    const digest = createHash('sha256').update(salt).update(userId).digest();
    return {
      key: digest.readUIntBE(0, 6) * 32 + (digest.readUInt8(6) >>> 3),
      register: digest.readUInt32BE(8),
      bits: digest.readUInt32BE(12),
    };
  };
}
