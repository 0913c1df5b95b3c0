/** The file system as stages see it. Paths use '/'. `platform/` holds the one over node:fs. */
export interface Files {
  read(path: string): Promise<Uint8Array>;
  /** Writes under a temporary name and renames, so that no half-written file stands under `path`. Makes folders. */
  write(path: string, bytes: Uint8Array | string): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** Names in a folder, sorted; empty where there is none. */
  list(path: string): Promise<string[]>;
  remove(path: string): Promise<void>;
  /** Lower-case hexadecimal. */
  sha256(bytes: Uint8Array): string;
}
