/** The file system as stages see it. Paths use '/'. `platform/` holds the one over node:fs. */
export interface Files {
  read(path: string): Promise<Uint8Array>;
  /** Writes under a temporary name and renames, so that no half-written file stands under `path`. Makes folders. */
  write(path: string, bytes: Uint8Array | string): Promise<void>;
  /**
   * Writes as `write` does where nothing stands, and leaves what does: of several at once, one alone succeeds.
   * @returns whether it was this call that wrote
   */
  create(path: string, bytes: Uint8Array): Promise<boolean>;
  exists(path: string): Promise<boolean>;
  /** Names in a folder, sorted; empty where there is none. */
  list(path: string): Promise<string[]>;
  /** Removes what writes of files of these names have left in a folder where their process ended in the middle. */
  clearPartials(folder: string, names: readonly string[]): Promise<void>;
  remove(path: string): Promise<void>;
  /** Lower-case hexadecimal. */
  sha256(bytes: Uint8Array): string;
}
